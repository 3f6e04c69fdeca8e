import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem } from '@elira/protocol';
import type { Door } from '../http/door.ts';
import { readAs, uuid } from '../http/read-request.ts';

const ENROLLED = z.strictObject({ courseId: uuid, joinCode: z.string().trim().max(64).optional() });
const PARAMS = z.object({ courseId: uuid });

const ENROLLMENT = `
  SELECT json_build_object('id', e.id, 'userId', e.user_id, 'courseId', e.course_id, 'progress', e.progress,
    'enrolledAt', e.enrolled_at, 'lastAccessedAt', e.last_accessed_at) AS enrollment
  FROM enrollments e WHERE e.id = $1`;

/** `/api/enrollments`: joining a course and leaving it, each for oneself. */
export function registerEnrollmentRoutes(app: FastifyInstance, door: Door): void {
  app.post('/api/enrollments', async (request, reply) => {
    const { courseId, joinCode } = readAs(ENROLLED, request.body);
    const { created, enrollment } = await door.write(request, async (client) => {
      const enrolled = await client.query<{ enrollment_id: string; created: boolean }>('SELECT * FROM enroll($1, $2)', [
        courseId,
        joinCode ?? null,
      ]);
      const [row] = enrolled.rows;
      const { rows } = await client.query<{ enrollment: unknown }>(ENROLLMENT, [row?.enrollment_id]);
      return { created: row?.created === true, enrollment: rows[0]?.enrollment };
    });
    return await reply.code(created ? 201 : 200).send(enrollment);
  });
  app.delete('/api/enrollments/:courseId', async (request, reply) => {
    const { courseId } = readAs(PARAMS, request.params);
    await door.write(request, async (client) => {
      const { rows } = await client.query<{ was: boolean }>('SELECT leave_course($1) AS was', [courseId]);
      if (rows[0]?.was !== true) throw new Problem('not_found');
    });
    return await reply.code(204).send();
  });
}
