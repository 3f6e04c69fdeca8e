import { afterAll, beforeAll, expect, test } from 'vitest';
import type pg from 'pg';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { DEMO_ACCOUNTS, makeDemoAccounts } from '../auth/demo-accounts.ts';
import { DEMO_COURSES, type DemoCourse } from './demo-courses.ts';
import { fillDemo } from './demo.ts';
import { prepareDatabase } from './prepare-database.ts';

let database: ScratchDatabase;
let sql: pg.Client;

beforeAll(async () => {
  database = await scratchDatabase('demo');
  await prepareDatabase(database.connection, () => undefined);
  sql = await database.client();
  await makeDemoAccounts(database.connection);
  await fillDemo(database.connection);
});
afterAll(() => database.drop());

test("P3 the demonstration's published courses have all their lessons but the drafts, in their order", async () => {
  const { rows } = await sql.query<{ title: string; lessons: string[] }>(
    `SELECT c.title, array_agg(l.title ORDER BY m.position, l.position) AS lessons
     FROM published_courses c JOIN published_modules m ON m.course_id = c.id JOIN published_lessons l ON l.module_id = m.id GROUP BY c.id`,
  );
  const titles = ({ modules }: DemoCourse, drafts: boolean): string[] =>
    modules.flatMap(({ lessons }) => lessons.filter(({ draft }) => drafts || draft !== true).map(({ title }) => title));
  const published = DEMO_COURSES.filter((course) => course.published);
  const wanted = published.map((course) => [course.title, titles(course, false)]);
  expect(new Map(rows.map(({ title, lessons }) => [title, lessons]))).toEqual(new Map(wanted as [string, string[]][]));
  expect(published.some((course) => titles(course, true).length > titles(course, false).length)).toBe(true);
});

test('J6 its courses are owned by the demo instructor, and nobody else takes part yet', async () => {
  const instructor = DEMO_ACCOUNTS.find(({ role }) => role === 'instructor')?.name;
  const { rows } = await sql.query('SELECT name, role FROM course_people');
  expect(rows).toEqual(DEMO_COURSES.map(() => ({ name: instructor, role: 'owner' })));
});

test('every question of the demonstration has a right answer and a wrong one, of its kind', async () => {
  const { rows } = await sql.query<{ kind: string; right: number; wrong: number }>(
    `SELECT q.kind, count(*) FILTER (WHERE o.is_correct)::int AS right, count(*) FILTER (WHERE NOT o.is_correct)::int AS wrong
     FROM questions q JOIN options o ON o.question_id = q.id GROUP BY q.id`,
  );
  const questions = DEMO_COURSES.flatMap(({ modules }) =>
    modules.flatMap(({ quizzes }) => quizzes.flatMap((quiz) => quiz.questions)),
  );
  expect(rows).toHaveLength(questions.length);
  for (const { kind, right, wrong } of rows) {
    expect(wrong).toBeGreaterThan(0);
    expect(kind).toBe(right === 1 ? 'single' : 'multiple');
  }
});
