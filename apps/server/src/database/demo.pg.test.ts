import { afterAll, beforeAll, expect, test } from 'vitest';
import type pg from 'pg';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { DEMO_ACCOUNTS, makeDemoAccounts } from '../auth/demo-accounts.ts';
import { DEMO_COURSES } from './demo-courses.ts';
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

test("P3 the demonstration's published course has all its lessons but the draft, in their order", async () => {
  const { rows } = await sql.query<{ titles: string[] }>(
    `SELECT array_agg(l.title ORDER BY m.position, l.position) AS titles FROM published_lessons l JOIN published_modules m ON m.id = l.module_id`,
  );
  const wanted = DEMO_COURSES.filter(({ published }) => published).flatMap(({ modules }) =>
    modules.flatMap(({ lessons }) => lessons.filter(({ draft }) => draft !== true).map(({ title }) => title)),
  );
  expect(rows[0]?.titles).toEqual(wanted);
  expect(wanted.length).toBeLessThan(DEMO_COURSES.flatMap(({ modules }) => modules.flatMap(({ lessons }) => lessons)).length);
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
  expect(rows).toHaveLength(4);
  for (const { kind, right, wrong } of rows) {
    expect(wrong).toBeGreaterThan(0);
    expect(kind).toBe(right === 1 ? 'single' : 'multiple');
  }
});
