import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem } from '@elira/protocol';
import { errorCode } from '../database/connection.ts';
import type { Door } from '../http/door.ts';
import { readAs, uuid } from '../http/read-request.ts';
import { requireWorkingCourse } from './working-course-routes.ts';

const PARAMS = z.object({ id: uuid });
const ONE = z.object({ id: uuid, userId: z.string().min(1).max(36) });
const ADDED = z.strictObject({ email: z.email().max(254) });

const AUTHOR = `
  SELECT json_build_object('userId', a.user_id, 'name', p.name, 'role', a.role, 'createdAt', a.created_at) AS author
  FROM course_authors a LEFT JOIN course_people p ON p.course_id = a.course_id AND p.user_id = a.user_id
  WHERE a.course_id = $1 AND a.user_id = $2`;

/** `/api/admin/courses/:id/authors`: who edits a course. An owner can only be removed by an administrator. */
export function registerAuthorRoutes(app: FastifyInstance, door: Door): void {
  app.post('/api/admin/courses/:id/authors', async (request, reply) => {
    const { id } = readAs(PARAMS, request.params);
    const { email } = readAs(ADDED, request.body);
    const author = await door.write(request, async (client) => {
      await requireWorkingCourse(client, id);
      const added = await client
        .query<{ user_id: string }>('SELECT add_course_author($1, $2) AS user_id', [id, email])
        .catch((error: unknown) => {
          if (errorCode(error) !== 'P0002') throw error;
          throw new Problem('not_found', 'Nobody here has this e-mail address.', { cause: error });
        });
      const { rows } = await client.query<{ author: unknown }>(AUTHOR, [id, added.rows[0]?.user_id]);
      return rows[0]?.author;
    });
    return await reply.code(201).send(author);
  });
  app.delete('/api/admin/courses/:id/authors/:userId', async (request, reply) => {
    const { id, userId } = readAs(ONE, request.params);
    await door.write(request, async (client) => {
      await requireWorkingCourse(client, id);
      const there = await client.query('SELECT FROM course_authors WHERE course_id = $1 AND user_id = $2', [id, userId]);
      if (there.rowCount === 0) throw new Problem('not_found');
      const { rowCount } = await client.query('DELETE FROM course_authors WHERE course_id = $1 AND user_id = $2', [id, userId]);
      if (rowCount === 0) throw new Problem('forbidden', 'An owner can only be removed by an administrator.');
    });
    return await reply.code(204).send();
  });
}
