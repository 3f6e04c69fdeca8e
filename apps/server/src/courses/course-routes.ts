import type { FastifyInstance } from 'fastify';
import { Problem } from '@elira/protocol';
import type { AppPool } from '../database/app-pool.ts';
import { requestViewer } from '../http/request-viewer.ts';
import type { OperatorToken } from '../http/operator-token.ts';
import { listPublishedCourses } from './list-published-courses.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `GET /api/courses[?after=<id>]`: the published catalogue, a page at a time. */
export function registerCourseRoutes(
  app: FastifyInstance,
  { pool, token }: { readonly pool: AppPool; readonly token: OperatorToken },
): void {
  app.get<{ Querystring: Readonly<Record<string, unknown>> }>('/api/courses', async (request, reply) => {
    const viewer = requestViewer(request.headers, token);
    const { after } = request.query;
    if (after !== undefined && (typeof after !== 'string' || !UUID.test(after)))
      throw new Problem('invalid_request', 'after takes the id of a course.');
    void reply.header('cache-control', 'no-store');
    return await pool.as(viewer, (client) => listPublishedCourses(client, after));
  });
}
