import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { described } from '../http/api-description.ts';
import type { Door } from '../http/door.ts';
import { readAs, uuid } from '../http/read-request.ts';
import { id, time } from '../openapi/shapes.ts';

const PARAMS = z.object({ lessonId: uuid });
const PROGRESS = z.strictObject({ completed: z.boolean() });

/** `PUT /api/progress/:lessonId`: whether oneself has completed a lesson of a course one is enrolled in. */
export function registerProgressRoute(app: FastifyInstance, door: Door): void {
  app.put('/api/progress/:lessonId', described(COMPLETE), async (request) => {
    const { lessonId } = readAs(PARAMS, request.params);
    const { completed } = readAs(PROGRESS, request.body);
    return await door.apply(request, 'lesson.complete', { lessonId, completed });
  });
}

const COMPLETE = {
  tag: 'learning',
  summary: 'Complete a lesson, or take that back',
  who: 'person',
  params: PARAMS,
  body: PROGRESS,
  repeatable: true,
  answers: {
    200: {
      says: 'Since when it is completed; null: it is not.',
      schema: z.strictObject({ lessonId: id, completedAt: time.nullable() }),
    },
  },
  problems: ['not_found'],
} as const;
