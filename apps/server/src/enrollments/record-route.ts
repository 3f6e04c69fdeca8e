import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { RECORDED } from '@elira/mutations';
import type { Door } from '../http/door.ts';
import { readAs } from '../http/read-request.ts';

const BATCH = z.strictObject(RECORDED);

/**
 * `POST /api/admin/enrollments/batch`: completions and grades of up to 1,000 learners of a course, by its authors, all or nothing. Answers
 * {learners, completions, grades}: how many got something new, of what how much.
 */
export function registerRecordRoute(app: FastifyInstance, door: Door): void {
  app.post('/api/admin/enrollments/batch', async (request) =>
    door.apply(request, 'enrollment.record', readAs(BATCH, request.body)),
  );
}
