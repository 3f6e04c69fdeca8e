import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Door } from '../http/door.ts';
import { readAs, uuid } from '../http/read-request.ts';

const PARAMS = z.object({ lessonId: uuid });
const PROGRESS = z.strictObject({ completed: z.boolean() });

/** `PUT /api/progress/:lessonId`: whether oneself has completed a lesson of a course one is enrolled in. */
export function registerProgressRoute(app: FastifyInstance, door: Door): void {
  app.put('/api/progress/:lessonId', async (request) => {
    const { lessonId } = readAs(PARAMS, request.params);
    const { completed } = readAs(PROGRESS, request.body);
    return await door.apply(request, 'lesson.complete', { lessonId, completed });
  });
}
