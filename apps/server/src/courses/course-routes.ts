import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { CourseList } from '../cache/course-list.ts';
import type { AppPool } from '../database/app-pool.ts';
import { readAs, uuid } from '../http/read-request.ts';
import type { WhoAsks } from '../http/request-viewer.ts';
import { listPublishedCourses } from './list-published-courses.ts';

const PAGE = z.object({ after: uuid.optional() });

/**
 * `GET /api/courses[?after=<id>]`: the published catalogue, a page at a time. Its first page is the same for everybody, kept for all, and not
 * sent again to who has it (ETag, If-None-Match).
 */
export function registerCourseRoutes(
  app: FastifyInstance,
  { pool, whoAsks, courseList }: { readonly pool: AppPool; readonly whoAsks: WhoAsks; readonly courseList: CourseList },
): void {
  app.get('/api/courses', async (request, reply) => {
    const { viewer } = await whoAsks(request.headers);
    const { after } = readAs(PAGE, request.query);
    if (after !== undefined) return await pool.as(viewer, (client) => listPublishedCourses(client, after));
    const { body, etag } = await courseList.getCourseList();
    // To be kept by the browser, and asked about each time.
    void reply.header('cache-control', 'private, no-cache').header('etag', etag);
    if (hasAlready(request.headers['if-none-match'], etag)) return await reply.code(304).send();
    return await reply.type('application/json; charset=utf-8').send(body);
  });
}

/** Whether one of the tags of If-None-Match is this one, compared weakly as RFC 9110 wants it. */
function hasAlready(header: string | undefined, etag: string): boolean {
  return header !== undefined && header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
