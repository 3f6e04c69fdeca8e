import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type pg from 'pg';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { insert, makeSmallCourse, newPerson, type SmallCourse } from '../../fixture/small-course.ts';
import { prepareDatabase } from '../database/prepare-database.ts';
import { UPKEEP } from '../upkeep/jobs.ts';

let database: ScratchDatabase;
let sql: pg.Client;
let course: SmallCourse;

beforeAll(async () => {
  database = await scratchDatabase('activities');
  await prepareDatabase(database.connection, () => undefined);
  await (await database.client()).query(`ALTER DATABASE ${database.name} SET sync.strict = on`);
  sql = await database.client();
  for (const id of ['ann', 'bob']) await newPerson(sql, id);
});
afterAll(() => database.drop());
beforeEach(async () => {
  await sql.query('RESET elira.user_id; TRUNCATE grades, quiz_attempts; DELETE FROM lesson_progress; DELETE FROM courses');
  course = await makeSmallCourse(sql);
  await sql.query('UPDATE courses SET is_published = true');
  await sql.query('TRUNCATE user_activities');
});

type Activity = { who: string; type: string; entity: string; id: string; metadata: unknown; recent: boolean };

async function noted(): Promise<Activity[]> {
  const { rows } = await sql.query<Activity>(
    `SELECT user_id AS who, activity_type AS type, entity_type AS entity, entity_id AS id, metadata, recent FROM user_activities a ORDER BY a.id`,
  );
  await sql.query('TRUNCATE user_activities');
  return rows;
}
const done = (who: string, lesson = course.lessons[0]): Activity => ({
  who,
  type: 'lesson_completion',
  entity: 'lesson',
  id: lesson,
  metadata: { courseId: course.id },
  recent: true,
});

test('F5 enrolling, completing and answering are noted once each, whoever writes the row', async () => {
  await sql.query("SET elira.user_id = 'ann'");
  await sql.query('SELECT enroll($1)', [course.id]);
  await sql.query('SELECT enroll($1)', [course.id]);
  await sql.query('SELECT complete_lesson($1, true)', [course.lessons[0]]);
  await sql.query('SELECT complete_lesson($1, true)', [course.lessons[0]]);
  await insert(sql, 'enrollments', { user_id: 'bob', course_id: course.id });
  const attempt = await insert(sql, 'quiz_attempts', {
    id: '01890a5d-ac96-774b-bcce-b302099a8057',
    user_id: 'bob',
    course_id: course.id,
    quiz_id: course.quiz,
    course_version: 1,
    answers: {},
  });
  const joined = { type: 'enrollment', entity: 'course', id: course.id, metadata: {}, recent: true };
  expect(await noted()).toEqual([
    { who: 'ann', ...joined },
    done('ann'),
    { who: 'bob', ...joined },
    {
      who: 'bob',
      type: 'quiz_attempt',
      entity: 'quiz',
      id: course.quiz,
      metadata: { courseId: course.id, attemptId: attempt },
      recent: true,
    },
  ]);
});

test('F5 a completion is noted when it comes about: not a visit, not one that is taken back, but one that is made anew', async () => {
  for (const who of ['ann', 'bob']) await insert(sql, 'enrollments', { user_id: who, course_id: course.id });
  await noted();
  const row = { course_id: course.id, lesson_id: course.lessons[0] };
  await insert(sql, 'lesson_progress', { user_id: 'ann', ...row });
  await sql.query('UPDATE lesson_progress SET last_accessed_at = now()');
  expect(await noted()).toEqual([]);
  await insert(sql, 'lesson_progress', { user_id: 'bob', ...row, completed_at: '2026-01-01' });
  await sql.query('UPDATE lesson_progress SET completed_at = now()');
  expect(await noted()).toEqual([done('bob'), done('ann')]);
  await sql.query('UPDATE lesson_progress SET completed_at = NULL');
  await sql.query('UPDATE lesson_progress SET completed_at = now() WHERE false');
  expect(await noted()).toEqual([]);
  await sql.query(
    `INSERT INTO lesson_progress (user_id, course_id, lesson_id, completed_at) SELECT user_id, course_id, lesson_id, now() FROM lesson_progress
     UNION ALL SELECT 'ann', $1, $2, now() ON CONFLICT (user_id, lesson_id) DO UPDATE SET completed_at = excluded.completed_at`,
    [course.id, course.lessons[1]],
  );
  expect((await noted()).map(({ who, id }) => `${who} ${id}`).toSorted()).toEqual(
    [`ann ${course.lessons[0]}`, `ann ${course.lessons[1]}`, `bob ${course.lessons[0]}`].toSorted(),
  );
});

test('F5 what a mutator tells is noted for the viewer, its values shortened, and for nobody else', async () => {
  const changes = { title: 'New', description: '😀'.repeat(50_000), joinCode: null };
  const log = 'SELECT log_activity($1, $2, $3, $4)';
  const values = ['course_update', 'course', course.id, { changes }];
  await sql.query("BEGIN; SET LOCAL ROLE elira_app; SET LOCAL elira.user_id = 'ann'");
  await sql.query(log, values);
  await sql.query('COMMIT');
  expect(await noted()).toEqual([
    {
      who: 'ann',
      type: 'course_update',
      entity: 'course',
      id: course.id,
      metadata: { changes: { title: 'New', description: `${'😀'.repeat(200)}…`, joinCode: null } },
      recent: true,
    },
  ]);
  await sql.query('BEGIN; SET LOCAL ROLE elira_app');
  await expect(sql.query(log, values)).rejects.toMatchObject({ code: '42501' });
  await sql.query('ROLLBACK');
});

test('F6 the feed keeps the newest 500, two servers at once included, and ten thousand at once are not new to anybody', async () => {
  const job = UPKEEP.find(({ sql: text }) => text.includes('upkeep_activities'))?.sql ?? '';
  const recent = async (): Promise<{ recent: number; newest: boolean }[]> =>
    (
      await sql.query<{ recent: number; newest: boolean }>(
        `SELECT count(*)::int AS recent, min(id::text) = (SELECT id::text FROM user_activities ORDER BY id DESC OFFSET 499 LIMIT 1) AS newest
         FROM user_activities WHERE recent`,
      )
    ).rows;
  await sql.query(
    "INSERT INTO users (id, name, email) SELECT 'many-' || i, 'Many', 'many' || i || '@elira.example' FROM generate_series(1, 10000) i",
  );
  await sql.query("INSERT INTO enrollments (user_id, course_id) SELECT id, $1 FROM users WHERE id LIKE 'many-%'", [course.id]);
  expect(await recent()).toEqual([{ recent: 500, newest: true }]);
  for (let round = 0; round < 3; round += 1) {
    await sql.query(
      `INSERT INTO lesson_progress (user_id, course_id, lesson_id, completed_at) SELECT id, $1, $2, now() FROM users WHERE id LIKE 'many-%' ORDER BY id
       OFFSET $3 LIMIT 400`,
      [course.id, course.lessons[0], round * 400],
    );
  }
  expect((await recent())[0]?.recent).toBe(1700);
  const others = await Promise.all([database.client(), database.client()]);
  for (const other of others) await other.query('SET ROLE elira_app');
  await Promise.all(others.map((other) => other.query(job)));
  expect(await recent()).toEqual([{ recent: 500, newest: true }]);
  await others[0]?.query(job);
  expect(await recent()).toEqual([{ recent: 500, newest: true }]);
}, 180_000);
