import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { RECORDED } from '@elira/mutations';
import { described } from '../http/api-description.ts';
import type { Door } from '../http/door.ts';
import { readAs } from '../http/read-request.ts';

const BATCH = z.strictObject(RECORDED);

/**
 * `POST /api/admin/enrollments/batch`: completions and grades of up to 1,000 learners of a course, by its authors, all or nothing. Answers
 * {learners, completions, grades}: how many got something new, of what how much.
 */
export function registerRecordRoute(app: FastifyInstance, door: Door): void {
  app.post('/api/admin/enrollments/batch', described(RECORD), async (request) =>
    door.apply(request, 'enrollment.record', readAs(BATCH, request.body)),
  );
}

const RECORD = {
  tag: 'authoring',
  summary: 'Record completions and grades of many learners',
  description: 'By the authors of the course, with the reason; all or nothing.',
  who: 'person',
  body: BATCH,
  repeatable: true,
  answers: {
    200: {
      says: 'How many got something new, and of what how much.',
      schema: z.strictObject({ learners: z.int(), completions: z.int(), grades: z.int() }),
    },
  },
  problems: ['not_found'],
} as const;
