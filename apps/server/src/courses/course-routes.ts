import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AppPool } from '../database/app-pool.ts';
import { readAs, uuid } from '../http/read-request.ts';
import type { WhoAsks } from '../http/request-viewer.ts';
import { listPublishedCourses } from './list-published-courses.ts';

const PAGE = z.object({ after: uuid.optional() });

/** `GET /api/courses[?after=<id>]`: the published catalogue, a page at a time. */
export function registerCourseRoutes(
  app: FastifyInstance,
  { pool, whoAsks }: { readonly pool: AppPool; readonly whoAsks: WhoAsks },
): void {
  app.get('/api/courses', async (request) => {
    const { viewer } = await whoAsks(request.headers);
    const { after } = readAs(PAGE, request.query);
    return await pool.as(viewer, (client) => listPublishedCourses(client, after));
  });
}
