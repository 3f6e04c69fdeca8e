import type { ClientBase } from 'pg';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem } from '@elira/protocol';
import { described } from '../http/api-description.ts';
import type { Door } from '../http/door.ts';
import { readAs, uuid } from '../http/read-request.ts';
import { id as anId, time } from '../openapi/shapes.ts';

const PARAMS = z.object({ id: uuid });
/** Most courses of one answer; `after` asks for those that follow. */
const MOST_COURSES = 500;
/** Most events of a course, the newest. */
const MOST_EVENTS = 200;
const PAGE = z.object({ after: uuid.optional() });

/** Rates and averages in per cent with one digit, null where there is nobody to average over. */
const STATISTICS = `
  SELECT json_build_object('courseId', s.course_id, 'title', c.title, 'isPublished', c.is_published, 'learners', s.learners,
    'activeLearners', s.active_learners, 'completed', s.completed, 'completionRate', s.completion_rate,
    'averageProgress', s.average_progress, 'averageScore', s.average_score) AS statistics
  FROM course_statistics s JOIN courses c ON c.id = s.course_id`;

const EVENTS = `
  SELECT json_build_object('id', e.id, 'event', e.event, 'timestamp', e.timestamp) AS event
  FROM course_analytics e WHERE e.course_id = $1 ORDER BY e.timestamp DESC, e.id DESC LIMIT $2`;

/** `/api/admin/analytics`: numbers of courses, to administrators of all of them, to authors of theirs. */
export function registerAnalyticsRoutes(app: FastifyInstance, door: Door): void {
  app.get('/api/admin/analytics', described(ALL), async (request) => {
    const { after } = readAs(PAGE, request.query);
    return await door.read(request, async (client) => {
      await requirePerson(client);
      const { rows } = await client.query<{ statistics: { courseId: string } }>(
        `${STATISTICS} WHERE $1::uuid IS NULL OR c.id > $1 ORDER BY c.id LIMIT $2`,
        [after ?? null, MOST_COURSES],
      );
      const courses = rows.map(({ statistics }) => statistics);
      return { courses, next: courses.length < MOST_COURSES ? null : courses.at(-1)?.courseId };
    });
  });
  app.get('/api/admin/courses/:id/analytics', described(ONE), async (request) => {
    const { id } = readAs(PARAMS, request.params);
    return await door.read(request, async (client) => {
      await requirePerson(client);
      const { rows } = await client.query<{ statistics: object }>(`${STATISTICS} WHERE s.course_id = $1 AND c.id = $1`, [id]);
      if (rows[0] === undefined) throw new Problem('not_found');
      const events = await client.query<{ event: unknown }>(EVENTS, [id, MOST_EVENTS]);
      return { ...rows[0].statistics, events: events.rows.map(({ event }) => event) };
    });
  });
}

/** The operator sees courses and not who learns there: zeros would be no answer. */
async function requirePerson(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ person: string | null }>('SELECT viewer_id() AS person');
  if (typeof rows[0]?.person !== 'string')
    throw new Problem('forbidden', 'The numbers of courses are for people: sign in as one.');
}

const percent = z.number().min(0).max(100).nullable();
const STATISTICS_SHAPE = {
  courseId: anId,
  title: z.string(),
  isPublished: z.boolean(),
  learners: z.int(),
  activeLearners: z.int(),
  completed: z.int(),
  completionRate: percent,
  averageProgress: percent,
  averageScore: percent,
};
const COMMON = { tag: 'authoring', who: 'person' } as const;

const ALL = {
  ...COMMON,
  summary: 'The numbers of courses, a page at a time',
  description: 'To administrators of all courses, to authors of theirs.',
  query: PAGE,
  answers: {
    200: {
      says: 'In the order of their ids; `next` is the id to go on from, or null.',
      schema: z.strictObject({
        courses: z.array(z.strictObject(STATISTICS_SHAPE).meta({ id: 'Statistics' })),
        next: anId.nullable(),
      }),
    },
  },
  problems: ['forbidden'],
} as const;

const ONE = {
  ...COMMON,
  summary: 'The numbers of a course, and what happened to it',
  params: PARAMS,
  answers: {
    200: {
      says: 'With its newest events.',
      schema: z.strictObject({
        ...STATISTICS_SHAPE,
        events: z.array(z.strictObject({ id: anId, event: z.string(), timestamp: time })),
      }),
    },
  },
  problems: ['forbidden', 'not_found'],
} as const;
