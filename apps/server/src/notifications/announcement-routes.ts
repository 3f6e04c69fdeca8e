import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { MADE_ANNOUNCEMENT } from '@elira/mutations';
import { makeUuidV7 } from '@elira/protocol';
import { described } from '../http/api-description.ts';
import type { Door } from '../http/door.ts';
import { readAs, uuid } from '../http/read-request.ts';
import { id as anId, personId, time } from '../openapi/shapes.ts';

const PARAMS = z.object({ id: uuid });
const MADE = z.strictObject({ ...MADE_ANNOUNCEMENT, courseId: MADE_ANNOUNCEMENT.courseId.default(null) });

const ANNOUNCEMENT = `
  SELECT json_build_object('id', a.id, 'courseId', a.course_id, 'title', a.title, 'body', a.body, 'authorId', a.author_id,
    'createdAt', a.created_at) AS announcement
  FROM announcements a WHERE a.id = $1`;

/** `/api/admin/announcements`: what the authors of a course tell those in it, and administrators all. */
export function registerAnnouncementRoutes(app: FastifyInstance, door: Door): void {
  app.post('/api/admin/announcements', described(TELL), async (request, reply) => {
    const args = { ...readAs(MADE, request.body), id: makeUuidV7() };
    const announcement = await door.mutate(request, 'announcement.make', args, async (client, { id }: { id: string }) => {
      const { rows } = await client.query<{ announcement: unknown }>(ANNOUNCEMENT, [id]);
      return rows[0]?.announcement;
    });
    return await reply.code(201).send(announcement);
  });
  app.delete('/api/admin/announcements/:id', described(WITHDRAW), async (request, reply) => {
    const { id } = readAs(PARAMS, request.params);
    await door.apply(request, 'announcement.delete', { id });
    return await reply.code(204).send();
  });
}

const COMMON = { tag: 'authoring', who: 'person', repeatable: true } as const;

const TELL = {
  ...COMMON,
  summary: 'Tell something to those in a course, or to all',
  description: 'To a course by its authors, to all (without `courseId`) by administrators.',
  body: MADE,
  answers: {
    201: {
      says: 'What was told.',
      schema: z
        .strictObject({
          id: anId,
          courseId: anId.nullable(),
          title: z.string(),
          body: z.string(),
          authorId: personId.nullable(),
          createdAt: time,
        })
        .meta({ id: 'Announcement' }),
    },
  },
  problems: ['not_found', 'forbidden'],
} as const;

const WITHDRAW = {
  ...COMMON,
  summary: 'Take an announcement back',
  params: PARAMS,
  answers: { 204: { says: 'It is gone from every screen.' } },
  problems: ['not_found', 'forbidden'],
} as const;
