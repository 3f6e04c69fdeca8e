import { afterAll, beforeAll, expect, test } from 'vitest';
import type pg from 'pg';
import { makeUuidV7 } from '@elira/protocol';
import { makeRandom, type Random } from '@elira/testkit';
import { insert, makeSmallCourse, newPerson, type SmallCourse } from '../../fixture/small-course.ts';
import { openFlushPool } from '../database/flush-pool.ts';
import { decide, mutation, twoDoors, writer, type TwoDoors } from '../../fixture/two-doors.ts';

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const LEARNERS = Array.from({ length: 40 }, (_, i) => `learner-${i}`);
let two: TwoDoors;
let sql: pg.Client;
let courses: readonly SmallCourse[];
let lessons: readonly string[];

beforeAll(async () => {
  two = await twoDoors('flush');
  sql = two.sql;
  for (const id of LEARNERS) await newPerson(sql, id);
  courses = [await makeSmallCourse(sql, 'A'), await makeSmallCourse(sql, 'B'), await makeSmallCourse(sql, 'C')];
  lessons = courses.flatMap((course) => course.lessons);
  const draft = await insert(sql, 'lessons', {
    course_id: courses[0]?.id,
    module_id: courses[0]?.modules[0],
    title: 'Draft',
    status: 'draft',
  });
  await sql.query('UPDATE courses SET is_published = true WHERE id = ANY ($1::uuid[])', [
    courses.slice(0, 2).map(({ id }) => id),
  ]);
  lessons = [...lessons, draft, makeUuidV7()];
  // Of the three courses one is not live; of the learners some are in one, some in both, and some in none.
  const random = makeRandom(seed);
  for (const id of LEARNERS) {
    for (const course of courses)
      if (random.chance(0.6)) await sql.query('INSERT INTO enrollments (user_id, course_id) VALUES ($1, $2)', [id, course.id]);
  }
  await sql.query("UPDATE users SET banned = true WHERE id IN ('learner-0', 'learner-1')");
  await sql.query("UPDATE users SET banned = true, ban_expires = now() - interval '1 hour' WHERE id = 'learner-2'");
});
afterAll(() => two.remove());

type Flushed = { id: string; status: string; answer: { result?: { completedAt: string | null }; problem?: { code: string } } };

async function flush(
  client: pg.ClientBase,
  rows: readonly { id: string; userId: string; args: unknown }[],
): Promise<Flushed[]> {
  return (await client.query<Flushed>('SELECT * FROM flush_lesson_completions($1)', [JSON.stringify(rows)])).rows;
}

/** What a learner has done, as far as it shows. */
const progressOf = async (): Promise<unknown> =>
  (
    await sql.query(
      `SELECT p.user_id, p.lesson_id, p.course_id, p.completed_at IS NOT NULL AS done, e.progress
       FROM lesson_progress p LEFT JOIN enrollments e USING (user_id, course_id) ORDER BY 1, 2`,
    )
  ).rows;

test(`D3 what the flush lets somebody write is what complete_lesson() lets them, pair by pair (SEED=${seed})`, async () => {
  const random = makeRandom(seed).fork('pairs');
  const pairs = LEARNERS.flatMap((userId) => lessons.map((lessonId) => ({ userId, lessonId, completed: random.chance(0.7) })));
  pairs.push({ userId: 'nobody', lessonId: lessons[0] ?? '', completed: true });
  await sql.query('BEGIN');
  const flushed = await flush(
    sql,
    pairs.map((pair) => ({
      id: makeUuidV7(),
      userId: pair.userId,
      args: { lessonId: pair.lessonId, completed: pair.completed },
    })),
  );
  const byFlush = await progressOf();
  await sql.query('ROLLBACK');
  await sql.query('BEGIN');
  const singly: string[] = [];
  for (const { userId, lessonId, completed } of pairs) {
    await sql.query('SAVEPOINT one');
    await sql.query("SELECT set_config('elira.user_id', $1, true)", [userId]);
    await sql.query('SET LOCAL ROLE elira_app');
    const outcome = await sql.query('SELECT complete_lesson($1, $2)', [lessonId, completed]).then(
      () => 'applied',
      async (error: unknown) => {
        await sql.query('ROLLBACK TO one');
        return error instanceof Error && 'code' in error ? String(error.code) : 'other';
      },
    );
    await sql.query('RESET ROLE');
    singly.push(outcome);
  }
  const bySingle = await progressOf();
  await sql.query('ROLLBACK');
  const told = new Map([
    ['P0002', 'not_found'],
    ['42501', 'not_signed_in'],
  ]);
  expect(flushed.map(({ status, answer }) => answer.problem?.code ?? status)).toEqual(
    singly.map((one) => told.get(one) ?? one),
  );
  expect(byFlush).toEqual(bySingle);
  for (const outcome of ['applied', 'P0002', '42501'])
    expect(singly.filter((one) => one === outcome).length).toBeGreaterThan(10);
});

test('D3 the role that flushes reads and writes no table, and calls nothing else', async () => {
  const { rows } = await sql.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname IN ('public', 'sync') AND c.relkind IN ('r', 'p', 'v', 'S')
       AND (has_table_privilege('elira_flush', c.oid, 'SELECT') OR has_table_privilege('elira_flush', c.oid, 'INSERT')
         OR has_table_privilege('elira_flush', c.oid, 'UPDATE') OR has_table_privilege('elira_flush', c.oid, 'DELETE'))`,
  );
  expect(rows).toEqual([]);
  const functions = await sql.query<{ name: string }>(
    `SELECT p.proname AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname IN ('public', 'sync') AND has_function_privilege('elira_flush', p.oid, 'EXECUTE')
       AND NOT has_function_privilege('public', p.oid, 'EXECUTE') ORDER BY 1`,
  );
  expect(functions.rows.map(({ name }) => name)).toEqual(['flush_lesson_completions', 'uuid_v7']);
});

test('D3 several of one lesson in a batch end as the last says; a completion that was is kept, and told once', async () => {
  await newPerson(sql, 'eve');
  const [lessonId = ''] = courses[0]?.lessons ?? [];
  await sql.query("INSERT INTO enrollments (user_id, course_id) VALUES ('eve', $1)", [courses[0]?.id]);
  const rows = (...completed: boolean[]): { id: string; userId: string; args: unknown }[] =>
    completed.map((one) => ({ id: makeUuidV7(), userId: 'eve', args: { lessonId, completed: one } }));
  const since = async (): Promise<string | null | undefined> =>
    (
      await sql.query<{ since: string | null }>(
        "SELECT to_json(completed_at) #>> '{}' AS since FROM lesson_progress WHERE user_id = 'eve'",
      )
    ).rows[0]?.since;
  const activities = async (): Promise<number | null> =>
    (await sql.query("SELECT FROM user_activities WHERE user_id = 'eve' AND activity_type = 'lesson_completion'")).rowCount;
  await flush(sql, rows(true, false));
  expect([await since(), await activities()]).toEqual([null, 0]);
  const [first] = await flush(sql, rows(true));
  const began = await since();
  expect([first?.answer.result?.completedAt, await activities()]).toEqual([began, 1]);
  expect((await flush(sql, rows(true, true))).map(({ answer }) => answer.result?.completedAt)).toEqual([began, began]);
  expect([await since(), await activities()]).toEqual([began, 1]);
  await flush(sql, rows(false, true));
  expect(await since()).not.toBe(began);
  await flush(sql, rows(false));
  expect(await since()).toBe(null);
});

test('D3 an id that was decided is answered as before, and another person’s not at all', async () => {
  await newPerson(sql, 'mia');
  await newPerson(sql, 'max');
  const [lessonId = ''] = courses[0]?.lessons ?? [];
  const id = makeUuidV7();
  const row = (userId: string, completed: boolean): { id: string; userId: string; args: unknown } => ({
    id,
    userId,
    args: { lessonId, completed },
  });
  expect(await flush(sql, [row('mia', true)])).toEqual([{ id, status: 'refused', answer: { problem: { code: 'not_found' } } }]);
  await sql.query("INSERT INTO enrollments (user_id, course_id) SELECT u, $1 FROM unnest(ARRAY['mia', 'max']) u", [
    courses[0]?.id,
  ]);
  expect(await flush(sql, [row('mia', true)])).toMatchObject([
    { status: 'refused', answer: { problem: { code: 'not_found' } } },
  ]);
  expect(await flush(sql, [row('max', true)])).toMatchObject([
    { status: 'refused', answer: { problem: { code: 'mutation_id_taken' } } },
  ]);
  expect((await sql.query("SELECT FROM lesson_progress WHERE user_id IN ('mia', 'max')")).rowCount).toBe(0);
});

test(`WR8 one that PostgreSQL refuses is refused alone, of 500 (SEED=${seed})`, async () => {
  const people = LEARNERS.slice(3);
  const inCourse = new Set(
    (await sql.query<{ user_id: string }>('SELECT user_id FROM enrollments WHERE course_id = $1', [courses[0]?.id])).rows.map(
      ({ user_id }) => user_id,
    ),
  );
  // Everybody else has the answer that their enrolment gives, as if the one were not among them.
  const expected = Array.from({ length: 500 }, (_, i) => {
    if (i === 321) return 'invalid_request';
    return inCourse.has(people[i % people.length] ?? '') ? 'applied' : 'not_found';
  });
  await newPerson(sql, 'odd');
  await sql.query("INSERT INTO enrollments (user_id, course_id) VALUES ('odd', $1)", [courses[0]?.id]);
  await sql.query("ALTER TABLE lesson_progress ADD CONSTRAINT none_of_odd CHECK (user_id <> 'odd')");
  const answers = (
    await Promise.all(
      Array.from({ length: 500 }, (_, i) => {
        const as = writer(i === 321 ? 'odd' : (people[i % people.length] ?? ''));
        return decide(two.doors[0], as, mutation('lesson.complete', { lessonId: courses[0]?.lessons[i % 3], completed: true }));
      }),
    )
  ).map((answer) => (answer.status === 'applied' ? 'applied' : answer.problem.code));
  await sql.query('ALTER TABLE lesson_progress DROP CONSTRAINT none_of_odd');
  expect(answers).toEqual(expected);
  expect((await sql.query("SELECT status FROM mutations WHERE user_id = 'odd'")).rows).toEqual([{ status: 'refused' }]);
});

test(`D7 WR9 two servers that write the same learners’ progress never stop each other (SEED=${seed})`, async () => {
  await sql.query(`ALTER DATABASE ${two.database.name} SET deadlock_timeout = '100ms'`);
  // So wide that for long there are rows to make and rows to change in each batch.
  const wide = [await makeSmallCourse(sql, 'D'), await makeSmallCourse(sql, 'E'), await makeSmallCourse(sql, 'F')];
  const ids = wide.map(({ id }) => id);
  await sql.query(
    `INSERT INTO lessons (course_id, module_id, title) SELECT m.course_id, m.id, n::text FROM modules m, generate_series(1, 30) n
     WHERE m.course_id = ANY ($1::uuid[])`,
    [ids],
  );
  await sql.query('UPDATE courses SET is_published = true WHERE id = ANY ($1::uuid[])', [ids]);
  const people = LEARNERS.slice(3);
  await sql.query('INSERT INTO enrollments (user_id, course_id) SELECT u, c FROM unnest($1::text[]) u, unnest($2::uuid[]) c', [
    people,
    ids,
  ]);
  const { rows: all } = await sql.query<{ id: string }>('SELECT id FROM published_lessons WHERE course_id = ANY ($1::uuid[])', [
    ids,
  ]);

  const pools = [openFlushPool(two.database.connection), openFlushPool(two.database.connection)];
  const batch = (random: Random): unknown[] =>
    Array.from({ length: 60 }, () => ({
      id: makeUuidV7(),
      userId: random.pick(people),
      args: { lessonId: random.pick(all).id, completed: random.chance(0.7) },
    }));
  const flushing = [...pools, ...pools].map(async (pool, index) => {
    const random = makeRandom(seed).fork(`server ${index}`);
    for (let flushed = 0; flushed < 60; flushed += 1) await pool.call('flush_lesson_completions', batch(random));
  });
  const joining = two.doors.map(async (door, index) => {
    const random = makeRandom(seed).fork(`joins ${index}`);
    for (let round = 0; round < 60; round += 1) {
      const verb = mutation(random.pick(['enrollment.join', 'enrollment.leave']), { courseId: random.pick(ids) });
      await decide(door, writer(random.pick(people)), verb);
      await decide(
        door,
        writer(random.pick(people)),
        mutation('lesson.complete', { lessonId: random.pick(all).id, completed: true }),
      );
    }
  });
  const publishing = (async () => {
    const hidden = 'UPDATE lessons SET deleted_at = CASE WHEN deleted_at IS NULL THEN now() END WHERE id = $1';
    for (let round = 0; round < 8; round += 1) {
      await sql.query(hidden, [all[round % 4]?.id]);
      await sql.query('SELECT publish_course(course_id) FROM lessons WHERE id = $1', [all[round % 4]?.id]);
    }
  })();
  const outcomes = await Promise.allSettled([...flushing, ...joining, publishing]);
  await Promise.all(pools.map((pool) => pool.close()));
  expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
  expect(two.collisions()).toBe(0);
  const wrong = await sql.query(
    `SELECT e.user_id, e.progress FROM enrollments e JOIN published_courses c ON c.id = e.course_id WHERE e.progress <> coalesce(100 * (
       SELECT count(*) FROM lesson_progress p JOIN published_lessons l ON l.id = p.lesson_id AND l.course_id = e.course_id
       WHERE p.user_id = e.user_id AND p.completed_at IS NOT NULL
     ) / nullif((SELECT count(*) FROM published_lessons l WHERE l.course_id = e.course_id), 0), 0)`,
  );
  expect(wrong.rows).toEqual([]);
});
