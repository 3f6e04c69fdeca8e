import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type pg from 'pg';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { endedOrWaiting } from '../../fixture/ended-or-waiting.ts';
import { insert, makeSmallCourse, newPerson, type SmallCourse } from '../../fixture/small-course.ts';
import { openAppPool, type AppPool } from '../database/app-pool.ts';
import { prepareDatabase } from '../database/prepare-database.ts';
import type { Viewer } from '../viewer.ts';

let database: ScratchDatabase;
let sql: pg.Client;
let pool: AppPool;
let course: SmallCourse;

const NOT_FOUND = 'P0002';
const person = (id: string): Viewer => ({ kind: 'user', id, sessionId: 'x', role: 'learner' });

beforeAll(async () => {
  database = await scratchDatabase('taking_part');
  await prepareDatabase(database.connection, () => undefined);
  await (await database.client()).query(`ALTER DATABASE ${database.name} SET sync.strict = on`);
  sql = await database.client();
  pool = openAppPool(database.connection);
  for (const id of ['ann', 'bob', 'owner', 'writer']) await newPerson(sql, id);
});
afterAll(async () => {
  await pool.close();
  await database.drop();
});
beforeEach(async () => {
  await sql.query('DELETE FROM lesson_progress');
  await sql.query('DELETE FROM courses');
  course = await makeSmallCourse(sql);
  await insert(sql, 'course_authors', { course_id: course.id, user_id: 'owner', role: 'owner' });
  await sql.query('UPDATE courses SET is_published = true');
});

async function call<T>(id: string, text: string, values: unknown[]): Promise<T | undefined> {
  return await pool.as(person(id), async (client) => (await client.query<{ result: T }>(text, values)).rows[0]?.result);
}
const enroll = (id: string, code?: string): Promise<boolean | undefined> =>
  call(id, 'SELECT created AS result FROM enroll($1, $2)', [course.id, code]);
const leave = (id: string): Promise<boolean | undefined> => call(id, 'SELECT leave_course($1) AS result', [course.id]);
const complete = (id: string, lesson: string, done = true): Promise<Date | null | undefined> =>
  call(id, 'SELECT complete_lesson($1, $2) AS result', [lesson, done]);

async function progress(id: string): Promise<number | undefined> {
  const { rows } = await sql.query<{ progress: number }>('SELECT progress FROM enrollments WHERE user_id = $1', [id]);
  return rows[0]?.progress;
}

async function people(): Promise<string[]> {
  const { rows } = await sql.query<{ line: string }>("SELECT name || ', ' || role AS line FROM course_people ORDER BY 1");
  return rows.map(({ line }) => line);
}

test('J1 enrolling once is enough, leaving ends it, and both act for the signed-in person alone', async () => {
  expect([await enroll('ann'), await enroll('ann')]).toEqual([true, false]);
  expect((await sql.query('SELECT user_id FROM enrollments')).rows).toEqual([{ user_id: 'ann' }]);
  expect([await leave('bob'), await leave('ann'), await leave('ann')]).toEqual([false, true, false]);
  expect((await sql.query('SELECT FROM enrollments')).rowCount).toBe(0);
  for (const id of ['', 'nobody']) await expect(enroll(id)).rejects.toMatchObject({ code: '42501' });
});

test('J1 nobody enrols in a course that is not live, nor, uninvited, in one for its authors', async () => {
  await sql.query("UPDATE courses SET access = 'authors'");
  await expect(enroll('ann')).rejects.toMatchObject({ code: NOT_FOUND });
  expect(await enroll('owner')).toBe(true);
  await sql.query("UPDATE courses SET access = 'open', is_published = false");
  await expect(enroll('ann')).rejects.toMatchObject({ code: NOT_FOUND });
  // Who is enrolled stays so: the course may come back.
  expect(await enroll('owner')).toBe(false);
});

test('J2 a course by join code takes the right code and no other', async () => {
  await sql.query("UPDATE courses SET access = 'code'");
  await expect(enroll('ann', 'anything')).rejects.toMatchObject({ code: 'EL001' });
  await sql.query("INSERT INTO course_join_codes (course_id, code) VALUES ($1, 'spring-26')", [course.id]);
  for (const code of [undefined, '', 'spring', 'SPRING-26', 'spring-26%'])
    await expect(enroll('ann', code), code).rejects.toMatchObject({ code: 'EL001' });
  expect(await enroll('ann', ' spring-26 ')).toBe(true);
  expect(await enroll('owner')).toBe(true);
});

test('J3 progress is computed from the completions of live lessons, whoever writes them', async () => {
  await enroll('ann');
  expect(await progress('ann')).toBe(0);
  const since = await complete('ann', course.lessons[0]);
  expect(since).toBeInstanceOf(Date);
  expect(await progress('ann')).toBe(33);
  // Completing again does not move the date.
  expect(await complete('ann', course.lessons[0])).toEqual(since);
  await complete('ann', course.lessons[1]);
  await complete('ann', course.lessons[2]);
  expect(await progress('ann')).toBe(100);
  expect(await complete('ann', course.lessons[2], false)).toBeNull();
  expect(await progress('ann')).toBe(66);
  await sql.query('DELETE FROM lesson_progress WHERE lesson_id = $1', [course.lessons[1]]);
  expect(await progress('ann')).toBe(33);
  await sql.query('UPDATE lesson_progress SET completed_at = now()');
  expect(await progress('ann')).toBe(66);
});

test('J3 publishing changes what there is to complete; withdrawing a course takes nothing away', async () => {
  await enroll('ann');
  await complete('ann', course.lessons[0]);
  await insert(sql, 'lessons', { course_id: course.id, module_id: course.modules[1], title: 'Fourth' });
  expect(await progress('ann')).toBe(33);
  await sql.query('SELECT publish_course($1)', [course.id]);
  expect(await progress('ann')).toBe(25);
  await sql.query('UPDATE modules SET deleted_at = now() WHERE id = $1', [course.modules[1]]);
  await sql.query('SELECT publish_course($1)', [course.id]);
  expect(await progress('ann')).toBe(50);
  await sql.query('SELECT unpublish_course($1)', [course.id]);
  expect(await progress('ann')).toBe(50);
  await sql.query('UPDATE lesson_progress SET completed_at = NULL');
  expect(await progress('ann')).toBe(50);
  await sql.query('UPDATE lesson_progress SET completed_at = now()');
  await sql.query('UPDATE modules SET deleted_at = NULL');
  await sql.query('SELECT publish_course($1)', [course.id]);
  expect(await progress('ann')).toBe(25);
});

test('J3 a course that comes back without a lesson leaves no progress in what is not there', async () => {
  await enroll('ann');
  await complete('ann', course.lessons[0]);
  await sql.query('SELECT unpublish_course($1)', [course.id]);
  await sql.query("UPDATE lessons SET status = 'draft'");
  await sql.query('SELECT publish_course($1)', [course.id]);
  expect(await progress('ann')).toBe(0);
  await sql.query("UPDATE lessons SET status = 'ready'");
  await sql.query('SELECT publish_course($1)', [course.id]);
  expect(await progress('ann')).toBe(33);
});

test('J3 two lessons completed at once, by one person on two screens, both count', async () => {
  await enroll('ann');
  const [one, other] = [await database.client(), await database.client()];
  for (const client of [one, other]) await client.query("BEGIN; SET LOCAL elira.user_id = 'ann'");
  await one.query('SELECT complete_lesson($1, true)', [course.lessons[0]]);
  const waiting = other.query('SELECT complete_lesson($1, true)', [course.lessons[1]]);
  await endedOrWaiting(waiting);
  await one.query('COMMIT');
  await waiting;
  await other.query('COMMIT');
  expect(await progress('ann')).toBe(66);
});

test('J3 who leaves and comes back finds their completions', async () => {
  await enroll('ann');
  await complete('ann', course.lessons[0]);
  await leave('ann');
  await enroll('ann');
  expect(await progress('ann')).toBe(33);
});

test('J4 a lesson is completed by who is enrolled, and while it is live', async () => {
  await expect(complete('ann', course.lessons[0])).rejects.toMatchObject({ code: NOT_FOUND });
  await enroll('ann');
  const draft = await insert(sql, 'lessons', { course_id: course.id, module_id: course.modules[1], title: 'Draft' });
  await expect(complete('ann', draft)).rejects.toMatchObject({ code: NOT_FOUND });
  await expect(complete('bob', course.lessons[0])).rejects.toMatchObject({ code: NOT_FOUND });
  await sql.query('UPDATE courses SET is_published = false');
  await expect(complete('ann', course.lessons[0])).rejects.toMatchObject({ code: NOT_FOUND });
});

test('J4 what somebody has worked on cannot be deleted by accident, and a completion cannot move', async () => {
  await enroll('ann');
  await complete('ann', course.lessons[0]);
  for (const table of ['lessons', 'modules', 'courses'])
    await expect(sql.query(`DELETE FROM ${table}`), table).rejects.toMatchObject({ code: '23503' });
  await expect(sql.query("UPDATE lesson_progress SET user_id = 'bob'")).rejects.toMatchObject({ code: '23001' });
  await newPerson(sql, 'gone');
  await enroll('gone');
  await complete('gone', course.lessons[0]);
  await sql.query("DELETE FROM users WHERE id = 'gone'");
  expect((await sql.query('SELECT user_id FROM lesson_progress')).rows).toEqual([{ user_id: 'ann' }]);
});

test("J5 a course's people are named exactly while they take part, by their names of today", async () => {
  expect(await people()).toEqual(['Name of owner, owner']);
  await enroll('ann');
  await enroll('owner');
  expect(await people()).toEqual(['Name of ann, learner', 'Name of owner, owner']);
  await call('owner', 'SELECT add_course_author($1, $2) AS result', [course.id, ' ANN@elira.example ']);
  await leave('ann');
  expect(await people()).toEqual(['Name of ann, co-author', 'Name of owner, owner']);
  await sql.query("UPDATE users SET name = 'Ann the second' WHERE id = 'ann'");
  await sql.query("DELETE FROM course_authors WHERE user_id = 'owner'");
  expect(await people()).toEqual(['Ann the second, co-author', 'Name of owner, learner']);
  await sql.query("UPDATE course_authors SET role = 'owner'; UPDATE enrollments SET user_id = 'bob'");
  expect(await people()).toEqual(['Ann the second, owner', 'Name of bob, learner']);
  await sql.query('DELETE FROM courses');
  expect(await people()).toEqual([]);
  await sql.query("UPDATE users SET name = 'Name of ann' WHERE id = 'ann'");
});

test('J5 enrolling somebody while they are made an author, or both ended at once, leaves the right row', async () => {
  const [one, other] = [await database.client(), await database.client()];
  const author = "INSERT INTO course_authors (course_id, user_id) VALUES ($1, 'bob')";
  const learner = "INSERT INTO enrollments (course_id, user_id) VALUES ($1, 'bob')";
  const noAuthor = "DELETE FROM course_authors WHERE course_id = $1 AND user_id = 'bob'";
  const noLearner = "DELETE FROM enrollments WHERE course_id = $1 AND user_id = 'bob'";
  const bob = async (): Promise<string[]> => (await people()).filter((line) => line.includes('bob'));
  for (const [come, goes] of [
    [
      [author, learner],
      [noAuthor, noLearner],
    ],
    [
      [learner, author],
      [noLearner, noAuthor],
    ],
  ] as const) {
    for (const [text, later, expected] of [
      [...come, ['Name of bob, co-author']],
      [...goes, []],
    ] as const) {
      await one.query('BEGIN');
      await one.query(text, [course.id]);
      const waiting = other.query(later, [course.id]);
      await endedOrWaiting(waiting);
      await one.query('COMMIT');
      await waiting;
      expect(await bob(), later).toEqual(expected);
    }
  }
});

test('J6 who makes a course owns it; co-authors are added by authors, by address', async () => {
  await sql.query("UPDATE users SET role = 'instructor' WHERE id = 'owner'");
  const made = await call<string>('owner', "SELECT create_course('Mine', 'text') AS result", []);
  const { rows } = await sql.query('SELECT user_id, role FROM course_authors WHERE course_id = $1', [made]);
  expect(rows).toEqual([{ user_id: 'owner', role: 'owner' }]);
  await expect(call('ann', "SELECT create_course('Mine', 'text') AS result", [])).rejects.toMatchObject({ code: '42501' });
  const add = (as: string, email: string): Promise<string | undefined> =>
    call(as, 'SELECT add_course_author($1, $2) AS result', [made, email]);
  await expect(add('ann', 'ann@elira.example')).rejects.toMatchObject({ code: NOT_FOUND });
  await expect(add('owner', 'unknown@elira.example')).rejects.toMatchObject({ code: NOT_FOUND });
  expect([await add('owner', 'writer@elira.example'), await add('writer', 'writer@elira.example')]).toEqual([
    'writer',
    'writer',
  ]);
});

test('J3 completions and publications at the same time end in the right count, without deadlock', async () => {
  const learners = Array.from({ length: 8 }, (_, i) => `many-${i}`);
  for (const id of learners) {
    await newPerson(sql, id);
    await enroll(id);
  }
  const [author, editor] = [await database.client(), await database.client()];
  const publishing = (async () => {
    for (let i = 0; i < 15; i += 1) {
      await author.query('UPDATE lessons SET deleted_at = CASE WHEN deleted_at IS NULL THEN now() END WHERE id = $1', [
        course.lessons[i % 2],
      ]);
      await author.query('SELECT publish_course($1)', [course.id]);
    }
  })();
  const editing = (async () => {
    for (let i = 0; i < 30; i += 1)
      await editor.query('UPDATE lessons SET content = $2 WHERE id = $1', [course.lessons[2], `text ${i}`]);
  })();
  const learning = learners.map(async (id) => {
    for (let i = 0; i < 12; i += 1) {
      await complete(id, course.lessons[i % 3] ?? '', i % 5 !== 4).catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === NOT_FOUND)) throw error;
      });
    }
  });
  await Promise.all([publishing, editing, ...learning]);
  const { rows } = await sql.query(
    `SELECT e.user_id FROM enrollments e WHERE e.progress <> 100 * (
       SELECT count(*) FROM lesson_progress p JOIN published_lessons l ON l.id = p.lesson_id WHERE p.user_id = e.user_id AND p.completed_at IS NOT NULL
     ) / (SELECT count(*) FROM published_lessons)`,
  );
  expect(rows).toEqual([]);
});
