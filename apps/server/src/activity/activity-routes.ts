import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { described } from '../http/api-description.ts';
import type { Door } from '../http/door.ts';
import { readAs } from '../http/read-request.ts';
import { id as anId } from '../openapi/shapes.ts';
import { ACTIVITY, ACTIVITY_FILTERS, listActivities } from './list-activities.ts';

/** `/api/admin/activities`: what people did of late, for administrators. Others may ask, and see nobody. */
export function registerActivityRoutes(app: FastifyInstance, door: Door): void {
  app.get('/api/admin/activities', described(FEED), async (request) => {
    const filters = readAs(ACTIVITY_FILTERS, request.query);
    return await door.read(request, (client) => listActivities(client, filters));
  });
}

const FEED = {
  tag: 'people',
  who: 'signed-in',
  summary: 'What people did of late, a page at a time',
  description: 'To administrators; others find nothing.',
  query: ACTIVITY_FILTERS,
  answers: {
    200: {
      says: 'The newest first; `next`, where there is more, is the id to go on from with `before`.',
      schema: z.strictObject({ activities: z.array(ACTIVITY), next: anId.optional() }),
    },
  },
} as const;
