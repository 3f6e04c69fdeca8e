import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeRandom, scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { makeSchool, type School } from '../../fixture/school.ts';
import { attemptsOf, outcomeOf } from '../../fixture/write-attempts.ts';
import type { Viewer } from '../viewer.ts';
import { prepareDatabase } from './prepare-database.ts';

/** Milliseconds that trying every policy may take, on a machine that has much else to do. */
const PATIENCE_MS = 240_000;
/** Read by requests, in no stream. */
const READ_IN_REQUESTS = ['course_versions', 'revisions', 'course_version_entries', 'course_audit', 'course_analytics'];
let database: ScratchDatabase;
let sql: pg.Client;
let school: School;

beforeAll(async () => {
  database = await scratchDatabase('writes');
  await prepareDatabase(database.connection, () => undefined);
  sql = await database.client();
  school = await makeSchool(sql, makeRandom(11), { perRole: 1, courses: 5 });
});
afterAll(() => database.drop());

function viewers(): Viewer[] {
  return [
    { kind: 'anonymous' },
    { kind: 'operator' },
    ...school.people.map(({ id, role }): Viewer => ({ kind: 'user', id, sessionId: `session-${id}`, role })),
  ];
}

/** What came otherwise than it should, after `change`, among the attempts on one table or on all. */
async function surprises(change: string, table?: string): Promise<string[]> {
  const found: string[] = [];
  await sql.query('BEGIN');
  try {
    if (change !== '') await sql.query(change);
    for (const viewer of viewers()) {
      for (const attempt of await attemptsOf(sql, viewer)) {
        if (table !== undefined && attempt.table !== table) continue;
        const outcome = await outcomeOf(sql, viewer, attempt);
        if (outcome !== attempt.expected)
          found.push(`${viewer.kind === 'user' ? viewer.id : viewer.kind}: ${attempt.sql}: ${outcome} for ${attempt.expected}`);
      }
    }
  } finally {
    await sql.query('ROLLBACK');
  }
  return found;
}

test('V8 authors write the working rows of their courses, admins those of all, and nobody else any', async () => {
  expect(await surprises('')).toEqual([]);
});

type Policy = { readonly table: string; readonly name: string; readonly uses: boolean; readonly checks: boolean };

test(
  'V7 every policy of the working side is missed when it is taken away, and when it lets everything through',
  async () => {
    const { rows } = await sql.query<Policy>(
      `SELECT tablename AS table, policyname AS name, qual IS NOT NULL AS uses, with_check IS NOT NULL AS checks FROM pg_policies
     WHERE schemaname = 'public' AND roles = '{elira_app}' AND (cmd <> 'SELECT'
       OR tablename = ANY ($1)) ORDER BY 1, 2`,
      [READ_IN_REQUESTS],
    );
    expect(rows.length).toBeGreaterThan(20);
    const missed: string[] = [];
    for (const { table, name, uses, checks } of rows) {
      const everything = `${uses ? ' USING (true)' : ''}${checks ? ' WITH CHECK (true)' : ''}`;
      for (const trial of [`DROP POLICY ${name} ON ${table}`, `ALTER POLICY ${name} ON ${table}${everything}`]) {
        if ((await surprises(trial, table)).length === 0) missed.push(trial);
      }
    }
    expect(missed).toEqual([]);
  },
  PATIENCE_MS,
);

test('V7 every policy of the application is tried by one of the two tests of this kind', async () => {
  const { rows } = await sql.query<{ name: string }>(
    `SELECT tablename || ' ' || policyname AS name FROM pg_policies
     WHERE schemaname = 'public' AND 'elira_app' = ANY (roles) AND cmd = 'SELECT' AND NOT EXISTS (SELECT FROM sync.captured_table t WHERE t.relation::text = tablename)
       AND tablename <> ALL ($1)`,
    [READ_IN_REQUESTS],
  );
  expect(rows).toEqual([]);
});

test.each([
  ['viewer_id', 'users'],
  ['authored_course_ids', 'course_authors'],
])('V7 without the owner policy under %s nobody gets anywhere', async (_name, table) => {
  expect((await surprises(`DROP POLICY owner_all ON ${table}`)).length).toBeGreaterThan(10);
});

test("V8 what a person does is signed with that person's id, whatever the statement says", async () => {
  const { rows } = await sql.query<{ user_id: string; course_id: string }>(
    "SELECT user_id, course_id FROM course_authors WHERE user_id <> 'learner-0' LIMIT 1",
  );
  const { user_id: user = '', course_id: course = '' } = rows[0] ?? {};
  await sql.query('BEGIN');
  await sql.query('SET LOCAL ROLE elira_app');
  await sql.query(`SET LOCAL elira.user_id = '${user}'`);
  await sql.query("UPDATE lessons SET title = 'signed', modified_by = 'learner-0' WHERE course_id = $1", [course]);
  await sql.query("UPDATE courses SET title = 'signed', modified_by = 'learner-0' WHERE id = $1", [course]);
  await sql.query("UPDATE courses SET modified_by = 'learner-0' WHERE id = $1", [course]);
  await sql.query('RESET ROLE');
  const signed = await sql.query<{ by: string }>(
    'SELECT DISTINCT modified_by AS by FROM lessons WHERE course_id = $1 UNION SELECT modified_by FROM courses WHERE id = $1',
    [course],
  );
  await sql.query('ROLLBACK');
  expect(signed.rows).toEqual([{ by: user }]);
});

test('V8 a banned person and one who is gone are nobody', async () => {
  const admin: Viewer = { kind: 'user', id: 'admin-0', sessionId: 'x', role: 'admin' };
  for (const [change, expected] of [
    ["UPDATE users SET banned = true WHERE id = 'admin-0'", 0],
    ["UPDATE users SET banned = true, ban_expires = now() + '1 hour' WHERE id = 'admin-0'", 0],
    ["UPDATE users SET banned = true, ban_expires = now() - '1 hour'::interval WHERE id = 'admin-0'", 5],
    ["UPDATE users SET role = 'learner' WHERE id = 'admin-0'; DELETE FROM course_authors WHERE user_id = 'admin-0'", 0],
    ["DELETE FROM users WHERE id = 'admin-0'", 0],
  ] as const) {
    await sql.query('BEGIN');
    await sql.query(change);
    const outcome = await outcomeOf(sql, admin, { table: 'courses', sql: 'SELECT FROM courses', expected });
    await sql.query('ROLLBACK');
    expect(outcome, change).toBe(expected);
  }
});
