import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ADDED_AUTHOR } from '@elira/mutations';
import { described } from '../http/api-description.ts';
import type { Door } from '../http/door.ts';
import { readAs, uuid } from '../http/read-request.ts';
import { AUTHOR as AUTHOR_SHAPE } from './course-shapes.ts';

const PARAMS = z.object({ id: uuid });
const ONE = z.object({ id: uuid, userId: z.string().min(1).max(36) });
const ADDED = z.strictObject(ADDED_AUTHOR);

const AUTHOR = `
  SELECT json_build_object('userId', a.user_id, 'name', p.name, 'role', a.role, 'createdAt', a.created_at) AS author
  FROM course_authors a LEFT JOIN course_people p ON p.course_id = a.course_id AND p.user_id = a.user_id
  WHERE a.course_id = $1 AND a.user_id = $2`;

/** `/api/admin/courses/:id/authors`: who edits a course. An owner can only be removed by an administrator. */
export function registerAuthorRoutes(app: FastifyInstance, door: Door): void {
  app.post('/api/admin/courses/:id/authors', described(ADD), async (request, reply) => {
    const { id: courseId } = readAs(PARAMS, request.params);
    const args = { ...readAs(ADDED, request.body), courseId };
    const author = await door.mutate(request, 'author.add', args, async (client, { userId }: { userId: string }) => {
      const { rows } = await client.query<{ author: unknown }>(AUTHOR, [courseId, userId]);
      return rows[0]?.author;
    });
    return await reply.code(201).send(author);
  });
  app.delete('/api/admin/courses/:id/authors/:userId', described(REMOVE), async (request, reply) => {
    const { id: courseId, userId } = readAs(ONE, request.params);
    await door.apply(request, 'author.remove', { courseId, userId });
    return await reply.code(204).send();
  });
}

const ADD = {
  tag: 'authoring',
  summary: 'Add a co-author, by address',
  who: 'person',
  params: PARAMS,
  body: ADDED,
  repeatable: true,
  answers: { 201: { says: 'Who edits the course now as well.', schema: AUTHOR_SHAPE } },
  problems: ['not_found'],
} as const;

const REMOVE = {
  tag: 'authoring',
  summary: 'Remove a co-author',
  description: 'An owner can only be removed by an administrator.',
  who: 'person',
  params: ONE,
  repeatable: true,
  answers: { 204: { says: 'They edit it no longer.' } },
  problems: ['not_found', 'forbidden'],
} as const;
