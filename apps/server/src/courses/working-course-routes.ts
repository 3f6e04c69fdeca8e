import type { ClientBase } from 'pg';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem } from '@elira/protocol';
import type { Door } from '../http/door.ts';
import { readAs, uuid } from '../http/read-request.ts';
import { MADE_COURSE, SAVED_COURSE, saveCourse } from './save-course.ts';
import { listWorkingCourses, readWorkingCourse } from './working-course.ts';

const PARAMS = z.object({ id: uuid });
const PAGE = z.object({ after: uuid.optional() });

/** `/api/admin/courses`: the working side of courses, for their authors and for administrators. */
export function registerWorkingCourseRoutes(app: FastifyInstance, door: Door): void {
  app.get('/api/admin/courses', async (request) => {
    const { after } = readAs(PAGE, request.query);
    return await door.read(request, (client) => listWorkingCourses(client, after));
  });
  app.post('/api/admin/courses', async (request, reply) => {
    const { title, description } = readAs(MADE_COURSE, request.body);
    const course = await door.write(request, async (client) => {
      const { rows } = await client.query<{ id: string }>('SELECT create_course($1, $2) AS id', [title, description]);
      return await readWorkingCourse(client, rows[0]?.id ?? '');
    });
    return await reply.code(201).send(course);
  });
  app.get('/api/admin/courses/:id', async (request) => {
    const { id } = readAs(PARAMS, request.params);
    return await door.read(request, (client) => readWorkingCourse(client, id));
  });
  app.put('/api/admin/courses/:id', async (request) => {
    const { id } = readAs(PARAMS, request.params);
    const save = readAs(SAVED_COURSE, request.body);
    return await door.write(request, (client) => saveCourse(client, id, save));
  });
  app.post('/api/admin/courses/:id/publish', async (request) => {
    const { id } = readAs(PARAMS, request.params);
    return await door.write(request, (client) => afterwards(client, 'SELECT publish_course($1)', id));
  });
  app.post('/api/admin/courses/:id/unpublish', async (request) => {
    const { id } = readAs(PARAMS, request.params);
    return await door.write(request, (client) => afterwards(client, 'SELECT unpublish_course($1)', id));
  });
}

async function afterwards(client: ClientBase, sql: string, id: string): Promise<unknown> {
  await client.query(sql, [id]);
  return await readWorkingCourse(client, id);
}

/** Whether the viewer may see the course at all. Throws `Problem` not_found. */
export async function requireWorkingCourse(client: ClientBase, id: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM courses WHERE id = $1', [id]);
  if (rowCount === 0) throw new Problem('not_found');
}
