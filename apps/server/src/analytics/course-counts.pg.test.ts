import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type pg from 'pg';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { countDifferences, COUNTS_DIFFER } from '../../fixture/count-differences.ts';
import { insert, makeSmallCourse, newPerson } from '../../fixture/small-course.ts';
import { prepareDatabase } from '../database/prepare-database.ts';

let database: ScratchDatabase;
let sql: pg.Client;

beforeAll(async () => {
  database = await scratchDatabase('counts');
  await prepareDatabase(database.connection, () => undefined);
  sql = await database.client();
  await sql.query(`ALTER DATABASE ${database.name} SET sync.strict = on`);
  for (let i = 0; i < 30; i += 1) await newPerson(sql, `p${i}`);
});
beforeEach(async () => {
  await sql.query('TRUNCATE courses CASCADE');
});
afterAll(() => database.drop());

async function newCourse(title = 'Sensors'): Promise<string> {
  return await insert(sql, 'courses', { title, description: '' });
}
/** Enrols the first `people` in one statement. */
async function fill(course: string, people = 5): Promise<void> {
  await sql.query("INSERT INTO enrollments (user_id, course_id) SELECT 'p' || i, $1 FROM generate_series(0, $2 - 1) i", [
    course,
    people,
  ]);
}
/** Learners, active, completed, progress, scored and score of each row. */
async function rowsOf(course: string): Promise<number[][]> {
  const { rows } = await sql.query<{ row: number[] }>(
    `SELECT ARRAY[learners, active, completed, progress::int, scored, score::int] AS row FROM course_counts
     WHERE course_id = $1 ORDER BY id`,
    [course],
  );
  return rows.map(({ row }) => row);
}

test('N1 each statement adds one row per course with what it changed, and none where it changes nothing', async () => {
  const [a, b] = [await newCourse('a'), await newCourse('b')];
  await fill(a, 3);
  await fill(b, 2);
  expect(await rowsOf(a)).toEqual([[3, 3, 0, 0, 0, 0]]);
  await sql.query("UPDATE enrollments SET progress = 40 WHERE user_id IN ('p0', 'p1')");
  await sql.query("UPDATE enrollments SET progress = 100, score = 80 WHERE user_id = 'p0' AND course_id = $1", [a]);
  await sql.query("UPDATE enrollments SET last_accessed_at = now() + '1 s', enrolled_at = now()");
  await sql.query('UPDATE enrollments SET progress = progress, score = score, active = active');
  await sql.query('UPDATE enrollments SET progress = 3 WHERE false');
  await sql.query("DELETE FROM enrollments WHERE user_id = 'p0'");
  expect(await rowsOf(a)).toEqual([
    [3, 3, 0, 0, 0, 0],
    [0, 0, 0, 80, 0, 0],
    [0, 0, 1, 60, 1, 80],
    [-1, -1, -1, -100, -1, -80],
  ]);
  expect(await rowsOf(b)).toEqual([
    [2, 2, 0, 0, 0, 0],
    [0, 0, 0, 80, 0, 0],
    [-1, -1, 0, -40, 0, 0],
  ]);
  expect(await countDifferences(sql)).toEqual([]);
});

test('N1 whatever writes enrolments is counted: upserts, MERGE, learners who move, people who are erased, functions', async () => {
  const [a, b] = [await newCourse('a'), await newCourse('b')];
  await fill(a);
  const upsert = `INSERT INTO enrollments (user_id, course_id, progress) VALUES ('p0', $1, 7), ('p9', $1, 8)
    ON CONFLICT (user_id, course_id) DO UPDATE SET progress = excluded.progress`;
  const { rows: version } = await sql.query<{ number: number }>("SELECT current_setting('server_version_num')::int AS number");
  const statements = [
    upsert,
    'UPDATE enrollments SET course_id = $2 WHERE user_id = $3 AND course_id = $1',
    ...((version[0]?.number ?? 0) < 150_000
      ? []
      : [
          `MERGE INTO enrollments e USING (VALUES ('p2'), ('p12')) AS s (who) ON e.user_id = s.who AND e.course_id = $1
           WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (user_id, course_id, score) VALUES (s.who, $1, 50)`,
        ]),
    "UPDATE users SET id = 'renamed' WHERE id = 'p3'",
    "DELETE FROM users WHERE id = 'renamed'",
    'WITH gone AS (DELETE FROM enrollments WHERE course_id = $1 RETURNING user_id) INSERT INTO enrollments (user_id, course_id) SELECT user_id, $2 FROM gone',
  ];
  for (const text of statements) {
    const values = text.includes('$3') ? [a, b, 'p1'] : text.includes('$2') ? [a, b] : text.includes('$1') ? [a] : [];
    await sql.query(text, values);
    expect(await countDifferences(sql), text).toEqual([]);
  }
  await newPerson(sql, 'p3');
});

test('N2 a course that gets another key takes its numbers along, one that is deleted takes them away', async () => {
  const [a, b] = [await newCourse('a'), await newCourse('b')];
  for (const course of [a, b]) await fill(course);
  const moved = '00000000-0000-7000-8000-000000000001';
  await sql.query('UPDATE courses SET id = $2 WHERE id = $1', [a, moved]);
  expect(await countDifferences(sql)).toEqual([]);
  await sql.query('DELETE FROM courses WHERE id = $1', [b]);
  await sql.query('SELECT compact_course_counts()');
  expect(await countDifferences(sql)).toEqual([]);
  expect([await rowsOf(a), await rowsOf(b), await rowsOf(moved)]).toEqual([[], [], [[5, 5, 0, 0, 0, 0]]]);
  // In the transaction that made the enrolments, and back under the same key.
  await sql.query('BEGIN');
  await sql.query("INSERT INTO courses (id, title, description) VALUES ($1, 'a', '')", [a]);
  await fill(a);
  await sql.query('UPDATE enrollments SET progress = 50');
  await sql.query('DELETE FROM courses');
  await sql.query("INSERT INTO courses (id, title, description) VALUES ($1, 'again', '')", [a]);
  await fill(a, 2);
  await sql.query('COMMIT');
  expect(await countDifferences(sql)).toEqual([]);
});

test('N2 emptying the tables empties the counts', async () => {
  const course = await newCourse();
  await fill(course);
  const reader = await database.client();
  await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM users');
  await sql.query('TRUNCATE enrollments');
  expect(await rowsOf(course)).toEqual([]);
  // TRUNCATE heeds no snapshot: who began earlier finds no enrolments, and no counts either.
  expect(await countDifferences(reader)).toEqual([]);
  await reader.end();
  await fill(course, 2);
  await sql.query('BEGIN');
  await sql.query('TRUNCATE enrollments');
  await fill(course, 4);
  await sql.query('ROLLBACK');
  expect(await countDifferences(sql)).toEqual([]);
  await sql.query('TRUNCATE course_counts, enrollments');
  expect((await sql.query('SELECT FROM course_counts')).rowCount).toBe(0);
  await fill(course, 3);
  await sql.query('TRUNCATE courses CASCADE');
  expect((await sql.query('SELECT FROM course_counts')).rowCount).toBe(0);
});

test('N3 nobody waits for the counts of somebody else', async () => {
  const course = await newCourse();
  await fill(course);
  const [one, two, three] = [await database.client(), await database.client(), await database.client()];
  for (const client of [two, three]) await client.query("SET lock_timeout = '100ms'");
  await one.query("BEGIN; UPDATE enrollments SET progress = 10 WHERE user_id = 'p0'");
  await two.query("BEGIN; UPDATE enrollments SET progress = 20 WHERE user_id = 'p1'");
  await two.query("INSERT INTO enrollments (user_id, course_id) VALUES ('p20', $1)", [course]);
  await two.query("DELETE FROM enrollments WHERE user_id = 'p2'");
  // Nor does upkeep wait, though both are still open, and neither sees what the others do.
  await three.query('SELECT compact_course_counts(), retire_learners()');
  await three.query("UPDATE courses SET title = 'another' WHERE id = $1", [course]);
  await one.query('COMMIT');
  await two.query('COMMIT');
  expect(await countDifferences(sql)).toEqual([]);
  await Promise.all([one, two, three].map((client) => client.end()));
});

test('N3 a course changes its key while its learners go on, and nobody is in a deadlock', async () => {
  const course = await newCourse();
  await fill(course);
  const [learner, author] = [await database.client(), await database.client()];
  await learner.query("BEGIN; UPDATE enrollments SET progress = 10 WHERE user_id = 'p0'");
  const moving = author.query("UPDATE courses SET id = '00000000-0000-7000-8000-000000000002' WHERE id = $1", [course]);
  await waiting(author);
  // The course waits for the first; a reference to the course would make the second wait for it.
  await learner.query("UPDATE enrollments SET progress = 20 WHERE user_id = 'p1'");
  await learner.query('COMMIT');
  await moving;
  expect(await countDifferences(sql)).toEqual([]);
  await Promise.all([learner, author].map((client) => client.end()));
});

/** Until what this client does waits for a lock. */
async function waiting(client: pg.Client): Promise<void> {
  const { processID: pid } = client as pg.Client & { readonly processID: number };
  for (;;) {
    const { rows } = await sql.query("SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = 'Lock'", [pid]);
    if (rows.length > 0) return;
  }
}

test('N4 compaction puts one row in place of many, and leaves what is little or being summed up alone', async () => {
  const [busy, calm, left] = [await newCourse('busy'), await newCourse('calm'), await newCourse('left')];
  await fill(busy);
  await fill(calm);
  await fill(left);
  for (let i = 1; i <= 16; i += 1) await sql.query('UPDATE enrollments SET progress = $2 WHERE course_id = $1', [busy, i]);
  for (let i = 1; i <= 15; i += 1) await sql.query('UPDATE enrollments SET progress = $2 WHERE course_id = $1', [calm, i]);
  await sql.query('DELETE FROM enrollments WHERE course_id = $1', [left]);
  const other = await database.client();
  await other.query('BEGIN');
  expect((await other.query('SELECT compact_course_counts() AS gone')).rows).toEqual([{ gone: 19 }]);
  // What it took is left to it, and its sum is not seen yet.
  expect((await sql.query('SELECT compact_course_counts() AS gone')).rows).toEqual([{ gone: 0 }]);
  expect(await countDifferences(sql)).toEqual([]);
  await other.query('COMMIT');
  await other.end();
  expect(await rowsOf(busy)).toEqual([[5, 5, 0, 80, 0, 0]]);
  expect(await rowsOf(calm)).toHaveLength(16);
  expect(await rowsOf(left)).toEqual([]);
  expect((await sql.query('SELECT compact_course_counts() AS gone')).rows).toEqual([{ gone: 0 }]);
});

test('N4 compaction takes ten thousand rows at a time', async () => {
  const course = await newCourse();
  // Rows that sum up to nothing, as if somebody came and went.
  await sql.query(
    `INSERT INTO course_counts (course_id, learners, active, completed, progress, scored, score)
     SELECT $1, CASE i % 2 WHEN 0 THEN 1 ELSE -1 END, 0, 0, 0, 0, 0 FROM generate_series(1, 10050) i`,
    [course],
  );
  const runs: unknown[] = [];
  for (let i = 0; i < 3; i += 1)
    runs.push((await sql.query<{ gone: number }>('SELECT compact_course_counts() AS gone')).rows[0]?.gone);
  expect(runs[0]).toBe(10_000);
  expect(await countDifferences(sql)).toEqual([]);
});

test('N5 who was here within seven days is active', async () => {
  const course = await makeSmallCourse(sql);
  await sql.query('UPDATE courses SET is_published = true');
  await fill(course.id);
  await sql.query("UPDATE enrollments SET last_accessed_at = now() - interval '7 days 1 hour' WHERE user_id IN ('p0', 'p1')");
  await sql.query("UPDATE enrollments SET last_accessed_at = now() - interval '6 days' WHERE user_id = 'p2'");
  const active = async (): Promise<string[]> =>
    (await sql.query<{ who: string }>('SELECT user_id AS who FROM enrollments WHERE active ORDER BY 1')).rows.map((r) => r.who);
  expect((await sql.query('SELECT retire_learners() AS gone')).rows).toEqual([{ gone: 2 }]);
  expect(await active()).toEqual(['p2', 'p3', 'p4']);
  expect((await sql.query('SELECT retire_learners() AS gone')).rows).toEqual([{ gone: 0 }]);
  expect((await sql.query<{ n: string }>('SELECT sum(active) AS n FROM course_counts')).rows).toEqual([{ n: '3' }]);
  // What is written about them is no visit; a lesson completed is one.
  await sql.query("UPDATE enrollments SET progress = 1, score = 5 WHERE user_id = 'p0'");
  await sql.query("UPDATE enrollments SET last_accessed_at = now() - interval '8 days' WHERE user_id = 'p0'");
  expect(await active()).toEqual(['p2', 'p3', 'p4']);
  await sql.query("BEGIN; SET LOCAL elira.user_id = 'p1'");
  await sql.query('SELECT complete_lesson($1, true)', [course.lessons[0]]);
  await sql.query('COMMIT');
  expect(await active()).toEqual(['p1', 'p2', 'p3', 'p4']);
  expect(await countDifferences(sql)).toEqual([]);
});

test('N5 retiring waits for nobody', async () => {
  await fill(await newCourse(), 3);
  await sql.query("UPDATE enrollments SET last_accessed_at = now() - interval '9 days'");
  const other = await database.client();
  await other.query("BEGIN; UPDATE enrollments SET last_accessed_at = now() WHERE user_id = 'p1'");
  expect((await sql.query('SELECT retire_learners() AS gone')).rows).toEqual([{ gone: 2 }]);
  await other.query('COMMIT');
  await other.end();
  expect((await sql.query('SELECT user_id FROM enrollments WHERE active')).rows).toEqual([{ user_id: 'p1' }]);
});

test('N6 the view says what a count says, to authors of their courses, to admins of all', async () => {
  const [a, b, empty] = [await newCourse('a'), await newCourse('b'), await newCourse('empty')];
  await fill(a, 3);
  await fill(b, 2);
  await sql.query("UPDATE enrollments SET progress = 50, score = 70 WHERE user_id = 'p0'");
  await sql.query("UPDATE enrollments SET progress = 100, score = 75 WHERE user_id = 'p1'");
  await sql.query("INSERT INTO course_authors (course_id, user_id) VALUES ($1, 'p29')", [a]);
  await sql.query("UPDATE users SET role = 'admin' WHERE id = 'p28'");
  const of = (course: string, ...[learners, active, completed, rate, progress, score]: unknown[]): unknown => ({
    course_id: course,
    learners,
    active_learners: active,
    completed,
    completion_rate: rate,
    average_progress: progress,
    average_score: score,
  });
  const all = [
    of(a, '3', '3', '1', '33.3', '50.0', '72.5'),
    of(b, '2', '2', '1', '50.0', '75.0', '72.5'),
    of(empty, '0', '0', '0', null, null, null),
  ].toSorted((one, two) => JSON.stringify(one).localeCompare(JSON.stringify(two)));
  const seenBy = async (person: string): Promise<unknown> => {
    await sql.query(`BEGIN; SET LOCAL ROLE elira_app; SET LOCAL elira.user_id = '${person}'`);
    const { rows } = await sql.query('SELECT * FROM course_statistics ORDER BY course_id');
    await sql.query('ROLLBACK');
    return rows;
  };
  expect((await sql.query('SELECT * FROM course_statistics ORDER BY course_id')).rows).toEqual(all);
  expect([await seenBy('p28'), await seenBy('p29'), await seenBy('p0')]).toEqual([
    all,
    [all.find((row) => JSON.stringify(row).includes(a))],
    [],
  ]);
  const { rows: plan } = await sql.query<Record<string, string>>(
    "EXPLAIN SELECT * FROM course_statistics WHERE course_id = '00000000-0000-7000-8000-000000000002'",
  );
  // Of one course the rows of that course alone are read.
  expect(plan.map((line) => line['QUERY PLAN']).join('\n')).not.toContain('Function Scan');
});

test('N1 a difference would be found', async () => {
  await fill(await newCourse());
  await sql.query('UPDATE course_counts SET score = score + 1');
  expect((await sql.query(COUNTS_DIFFER)).rowCount).toBe(1);
});
