import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { JOINED } from '@elira/mutations';
import type { Door } from '../http/door.ts';
import { readAs, uuid } from '../http/read-request.ts';

const ENROLLED = z.strictObject(JOINED);
const PARAMS = z.object({ courseId: uuid });

/** `/api/enrollments`: joining a course and leaving it, each for oneself. */
export function registerEnrollmentRoutes(app: FastifyInstance, door: Door): void {
  app.post('/api/enrollments', async (request, reply) => {
    const args = readAs(ENROLLED, request.body);
    const joined = await door.apply<{ created: boolean; enrollment: unknown }>(request, 'enrollment.join', args);
    return await reply.code(joined.created ? 201 : 200).send(joined.enrollment);
  });
  app.delete('/api/enrollments/:courseId', async (request, reply) => {
    const { courseId } = readAs(PARAMS, request.params);
    await door.apply(request, 'enrollment.leave', { courseId });
    return await reply.code(204).send();
  });
}
