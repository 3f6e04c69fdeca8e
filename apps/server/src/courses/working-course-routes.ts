import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { MADE_COURSE, SAVED_COURSE, savedOf } from '@elira/mutations';
import { makeUuidV7 } from '@elira/protocol';
import type { Door } from '../http/door.ts';
import { readAs, uuid } from '../http/read-request.ts';
import { listWorkingCourses, readCourse, readWorkingCourse } from './working-course.ts';

const PARAMS = z.object({ id: uuid });
const PAGE = z.object({ after: uuid.optional() });
const MADE = z.strictObject(MADE_COURSE);
const SAVED = savedOf(SAVED_COURSE, {});
/** `notify`: tell the learners, also of another publication than the first. */
const PUBLISHED = z.strictObject({ notify: z.boolean().optional() });

/** `/api/admin/courses`: the working side of courses, for their authors and for administrators. */
export function registerWorkingCourseRoutes(app: FastifyInstance, door: Door): void {
  app.get('/api/admin/courses', async (request) => {
    const { after } = readAs(PAGE, request.query);
    return await door.read(request, (client) => listWorkingCourses(client, after));
  });
  app.post('/api/admin/courses', async (request, reply) => {
    const args = { ...readAs(MADE, request.body), id: makeUuidV7() };
    // By the result: a repeated request has made another id, and is answered with the course that the first one made.
    const course = await door.mutate(request, 'course.make', args, (client, { id }: { id: string }) =>
      readWorkingCourse(client, id),
    );
    return await reply.code(201).send(course);
  });
  app.get('/api/admin/courses/:id', async (request) => {
    const { id } = readAs(PARAMS, request.params);
    return await door.read(request, (client) => readWorkingCourse(client, id));
  });
  app.put('/api/admin/courses/:id', async (request) => {
    const { id } = readAs(PARAMS, request.params);
    const args = { ...readAs(SAVED, request.body), id };
    return await door.mutate(request, 'course.save', args, (client) => readCourse(client, id));
  });
  app.post('/api/admin/courses/:id/publish', async (request) => {
    const { id } = readAs(PARAMS, request.params);
    const args = { ...readAs(PUBLISHED, request.body ?? {}), id };
    return await door.mutate(request, 'course.publish', args, (client) => readWorkingCourse(client, id));
  });
  app.post('/api/admin/courses/:id/unpublish', async (request) => {
    const { id } = readAs(PARAMS, request.params);
    return await door.mutate(request, 'course.unpublish', { id }, (client) => readWorkingCourse(client, id));
  });
}
