import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { MADE_ANNOUNCEMENT } from '@elira/mutations';
import { makeUuidV7 } from '@elira/protocol';
import type { Door } from '../http/door.ts';
import { readAs, uuid } from '../http/read-request.ts';

const PARAMS = z.object({ id: uuid });
const MADE = z.strictObject({ ...MADE_ANNOUNCEMENT, courseId: MADE_ANNOUNCEMENT.courseId.default(null) });

const ANNOUNCEMENT = `
  SELECT json_build_object('id', a.id, 'courseId', a.course_id, 'title', a.title, 'body', a.body, 'authorId', a.author_id,
    'createdAt', a.created_at) AS announcement
  FROM announcements a WHERE a.id = $1`;

/** `/api/admin/announcements`: what the authors of a course tell those in it, and administrators all. */
export function registerAnnouncementRoutes(app: FastifyInstance, door: Door): void {
  app.post('/api/admin/announcements', async (request, reply) => {
    const args = { ...readAs(MADE, request.body), id: makeUuidV7() };
    const announcement = await door.mutate(request, 'announcement.make', args, async (client, { id }: { id: string }) => {
      const { rows } = await client.query<{ announcement: unknown }>(ANNOUNCEMENT, [id]);
      return rows[0]?.announcement;
    });
    return await reply.code(201).send(announcement);
  });
  app.delete('/api/admin/announcements/:id', async (request, reply) => {
    const { id } = readAs(PARAMS, request.params);
    await door.apply(request, 'announcement.delete', { id });
    return await reply.code(204).send();
  });
}
