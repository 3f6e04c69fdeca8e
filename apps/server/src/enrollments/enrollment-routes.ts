import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { JOINED } from '@elira/mutations';
import { described } from '../http/api-description.ts';
import type { Door } from '../http/door.ts';
import { readAs, uuid } from '../http/read-request.ts';
import { id, personId, time } from '../openapi/shapes.ts';

const ENROLLED = z.strictObject(JOINED);
const PARAMS = z.object({ courseId: uuid });

/** `/api/enrollments`: joining a course and leaving it, each for oneself. */
export function registerEnrollmentRoutes(app: FastifyInstance, door: Door): void {
  app.post('/api/enrollments', described(JOIN), async (request, reply) => {
    const args = readAs(ENROLLED, request.body);
    const joined = await door.apply<{ created: boolean; enrollment: unknown }>(request, 'enrollment.join', args);
    return await reply.code(joined.created ? 201 : 200).send(joined.enrollment);
  });
  app.delete('/api/enrollments/:courseId', described(LEAVE), async (request, reply) => {
    const { courseId } = readAs(PARAMS, request.params);
    await door.apply(request, 'enrollment.leave', { courseId });
    return await reply.code(204).send();
  });
}

const ENROLLMENT = z
  .strictObject({
    id,
    userId: personId,
    courseId: id,
    progress: z.int().min(0).max(100),
    enrolledAt: time,
    lastAccessedAt: time,
  })
  .meta({ id: 'Enrollment' });

const JOIN = {
  tag: 'learning',
  summary: 'Join a course',
  who: 'person',
  body: ENROLLED,
  repeatable: true,
  answers: { 201: { says: 'One is enrolled now.', schema: ENROLLMENT }, 200: { says: 'One was before.', schema: ENROLLMENT } },
  problems: ['not_found', 'join_code_wrong'],
} as const;

const LEAVE = {
  tag: 'learning',
  summary: 'Leave a course',
  description: 'What one has completed stays, for a return.',
  who: 'person',
  params: PARAMS,
  repeatable: true,
  answers: { 204: { says: 'One takes part no longer.' } },
  problems: ['not_found'],
} as const;
