import type pg from 'pg';
import type { Numbers } from './stream-oracle.ts';

/** A course as plain SQL counts it, over its enrolments, and as the application's own view tells it, in one snapshot. */
export type Counted = Numbers & {
  readonly courseId: string;
  readonly title: string;
  readonly viewed: Statistics;
};

/** Rounded to one digit, null where there is nobody to average over. */
export type Statistics = {
  readonly learners: number;
  readonly active: number;
  readonly completed: number;
  readonly averageProgress: number | null;
  readonly averageScore: number | null;
};

const COUNT = `
  SELECT c.id AS "courseId", c.title, count(e.id)::int AS learners, count(e.id) FILTER (WHERE e.active)::int AS active,
    count(e.id) FILTER (WHERE e.progress = 100)::int AS completed, coalesce(sum(e.progress), 0)::int AS progress,
    count(e.score)::int AS scored, coalesce(sum(e.score), 0)::int AS score, (
      SELECT json_build_object('learners', s.learners, 'active', s.active_learners, 'completed', s.completed,
        'averageProgress', s.average_progress, 'averageScore', s.average_score)
      FROM course_statistics s WHERE s.course_id = c.id) AS viewed
  FROM courses c LEFT JOIN enrollments e ON e.course_id = c.id GROUP BY c.id ORDER BY c.title`;

/** Every course, in one statement and so in one snapshot. */
export async function countBySql(sql: pg.ClientBase): Promise<Counted[]> {
  return (await sql.query<Counted>(COUNT)).rows;
}

const NUMBERS = ['learners', 'active', 'completed', 'progress', 'scored', 'score'] as const;

/** Where an admin's window, or what the stream says, differs from what SQL counts; empty when they are equal. Pure. */
export function compareNumbers(
  counted: readonly Counted[],
  shown: ReadonlyMap<string, Numbers>,
  told: ReadonlyMap<string, Numbers>,
): string[] {
  const wrong: string[] = [];
  for (const course of counted) {
    const ofStream = told.get(course.courseId);
    for (const name of NUMBERS) {
      const value = shown.get(course.courseId)?.[name] ?? 0;
      if (value !== course[name]) wrong.push(`${course.title}: ${name} is ${course[name]} by SQL, ${value} on the screen`);
      if (ofStream !== undefined && ofStream[name] !== course[name])
        wrong.push(`${course.title}: ${name} is ${course[name]} by SQL, ${ofStream[name]} by the stream`);
    }
    const [onScreen, viewed] = [statisticsOf(shown.get(course.courseId)), JSON.stringify(course.viewed)];
    if (JSON.stringify(onScreen) !== viewed)
      wrong.push(`${course.title}: ${viewed} by the view, ${JSON.stringify(onScreen)} on the screen`);
  }
  const known = new Set(counted.map(({ courseId }) => courseId));
  for (const [course, numbers] of shown)
    if (!known.has(course) && NUMBERS.some((name) => numbers[name] !== 0)) wrong.push(`${course}: on the screen and not there`);
  return wrong;
}

/** As a screen tells them. */
export function statisticsOf(numbers: Numbers | undefined): Statistics {
  const { learners = 0, active = 0, completed = 0, progress = 0, scored = 0, score = 0 } = numbers ?? {};
  return { learners, active, completed, averageProgress: average(progress, learners), averageScore: average(score, scored) };
}

/** To one digit, halves away from zero, in whole numbers. */
function average(sum: number, of: number): number | null {
  return of === 0 ? null : Math.floor((20 * sum + of) / (2 * of)) / 10;
}
