import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { CourseList } from '../cache/course-list.ts';
import type { AppPool } from '../database/app-pool.ts';
import { described } from '../http/api-description.ts';
import { readAs, uuid } from '../http/read-request.ts';
import type { WhoAsks } from '../http/request-viewer.ts';
import { id, pageOf, time } from '../openapi/shapes.ts';
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
  app.get('/api/courses', described(CATALOGUE), async (request, reply) => {
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

const titled = z.strictObject({ id, title: z.string() });
const COURSE = z
  .strictObject({
    id,
    title: z.string(),
    description: z.string(),
    access: z.enum(['open', 'code']).meta({ description: 'whether it takes a join code to enrol' }),
    outline: z.array(z.strictObject({ id, title: z.string(), lessons: z.array(titled), quizzes: z.array(titled) })),
    version: z.int(),
    publishedAt: time,
    lastModified: time,
  })
  .meta({ id: 'PublishedCourse' });

const CATALOGUE = {
  tag: 'catalogue',
  summary: 'The published courses, a page at a time',
  who: 'everybody',
  query: PAGE,
  answers: {
    200: {
      says: 'In the order of their ids; `next` is the id to go on from, where there are more.',
      schema: pageOf('courses', COURSE),
    },
    304: { says: 'The first page is still the one of If-None-Match.' },
  },
} as const;
