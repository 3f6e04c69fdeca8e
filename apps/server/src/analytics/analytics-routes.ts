import type { ClientBase } from 'pg';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem } from '@elira/protocol';
import type { Door } from '../http/door.ts';
import { readAs, uuid } from '../http/read-request.ts';

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
  app.get('/api/admin/analytics', async (request) => {
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
  app.get('/api/admin/courses/:id/analytics', async (request) => {
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
  if (rows[0]?.person == null) throw new Problem('forbidden', 'The numbers of courses are for people: sign in as one.');
}
