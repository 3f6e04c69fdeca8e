import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type pg from 'pg';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { insert, makeSmallCourse, newPerson, type SmallCourse } from '../../fixture/small-course.ts';
import { openAppPool, type AppPool } from '../database/app-pool.ts';
import { prepareDatabase } from '../database/prepare-database.ts';
import type { Viewer } from '../viewer.ts';

let database: ScratchDatabase;
let sql: pg.Client;
let pool: AppPool;
let course: SmallCourse;

const person = (id: string): Viewer => ({ kind: 'user', id, sessionId: 'x', role: 'learner' });
const REFUSED = 'EL021';
const NOT_FOUND = 'P0002';

beforeAll(async () => {
  database = await scratchDatabase('record');
  await prepareDatabase(database.connection, () => undefined);
  await (await database.client()).query(`ALTER DATABASE ${database.name} SET sync.strict = on`);
  sql = await database.client();
  pool = openAppPool(database.connection);
});
afterAll(async () => {
  await pool.close();
  await database.drop();
});
beforeEach(async () => {
  await sql.query('DELETE FROM users');
  await sql.query('DELETE FROM courses');
  for (const id of ['ann', 'bob', 'owner', 'stranger']) await newPerson(sql, id);
  course = await makeSmallCourse(sql);
  await insert(sql, 'course_authors', { course_id: course.id, user_id: 'owner', role: 'owner' });
  await sql.query('UPDATE courses SET is_published = true');
  for (const id of ['ann', 'bob']) await insert(sql, 'enrollments', { course_id: course.id, user_id: id });
});

async function call<T>(id: string, text: string, values: unknown[]): Promise<T> {
  const answer = await pool.as(person(id), async (client) => (await client.query<{ result: T }>(text, values)).rows[0]?.result);
  return answer as T;
}

test('Q8 results are recorded for up to 1,000 learners at once, with their reason, and audited', async () => {
  const record = (entries: unknown, id = 'owner', reason = ' Done in class '): Promise<unknown> =>
    call(id, 'SELECT record_results($1, $2, $3) AS result', [course.id, reason, JSON.stringify(entries)]);
  const lessonIds = [course.lessons[0], course.lessons[1]];
  const entries = [
    { userId: 'ann', lessonIds },
    { userId: 'bob', lessonIds: [course.lessons[0]], quizId: course.quiz, percent: 75 },
  ];
  expect(await record(entries)).toEqual({ learners: 2, completions: 3, grades: 1 });
  expect(await record([{ userId: 'ann', lessonIds }])).toEqual({ learners: 0, completions: 0, grades: 0 });
  const progress = await sql.query('SELECT user_id, progress, score FROM enrollments ORDER BY user_id');
  expect(progress.rows).toEqual([
    { user_id: 'ann', progress: 66, score: null },
    { user_id: 'bob', progress: 33, score: 75 },
  ]);
  const given = await sql.query('SELECT user_id, percent, reason, graded_by, attempt_id FROM grades');
  expect(given.rows).toEqual([{ user_id: 'bob', percent: 75, reason: 'Done in class', graded_by: 'owner', attempt_id: null }]);
  const audit = await sql.query<{ new_value: string }>(
    "SELECT changed_by, entity_id, new_value FROM course_audit WHERE entity_type = 'enrollment' AND field_name = 'completed' ORDER BY entity_id",
  );
  expect(audit.rows.map((row) => ({ ...row, new_value: JSON.parse(row.new_value) as unknown }))).toEqual([
    { changed_by: 'owner', entity_id: 'ann', new_value: { lessonIds: lessonIds.toSorted(), reason: 'Done in class' } },
    { changed_by: 'owner', entity_id: 'bob', new_value: { lessonIds: [course.lessons[0]], reason: 'Done in class' } },
  ]);
  await expect(record(entries, 'ann')).rejects.toMatchObject({ code: NOT_FOUND });
});

test('Q8 all or nothing: who is not enrolled is named, and nothing is recorded for anybody', async () => {
  const record = (entries: unknown, reason = 'x'): Promise<unknown> =>
    call('owner', 'SELECT record_results($1, $2, $3) AS result', [course.id, reason, JSON.stringify(entries)]);
  const lessonIds = [course.lessons[0]];
  const good = { userId: 'ann', lessonIds };
  await expect(record([good, { userId: 'stranger', lessonIds }, { userId: 'nobody', lessonIds }])).rejects.toMatchObject({
    code: REFUSED,
    message: 'Nothing was recorded. Not enrolled in this course: nobody, stranger',
  });
  const other = await makeSmallCourse(sql, 'Other');
  await sql.query('UPDATE courses SET is_published = true');
  const bad: unknown[] = [
    [good, { userId: 'bob', lessonIds: [other.lessons[0]] }],
    [good, { userId: 'bob', lessonIds: [course.quiz] }],
    [good, { userId: 'bob', quizId: other.quiz, percent: 1 }],
    [good, { userId: 'bob', quizId: course.quiz }],
    [good, { userId: 'bob', percent: 3 }],
    [good, { userId: 'bob', quizId: course.quiz, percent: 101 }],
    [good, { userId: 'bob' }],
    [good, { lessonIds }],
    [
      { userId: 'bob', quizId: course.quiz, percent: 1 },
      { userId: 'bob', quizId: course.quiz, percent: 2 },
    ],
    Array.from({ length: 1001 }, () => good),
    [],
    good,
  ];
  for (const entries of bad)
    await expect(record(entries), JSON.stringify(entries).slice(0, 200)).rejects.toMatchObject({ code: REFUSED });
  for (const reason of ['', '   ', 'x'.repeat(1001)])
    await expect(record([good], reason)).rejects.toMatchObject({ code: REFUSED });
  expect((await sql.query('SELECT FROM lesson_progress UNION ALL SELECT FROM grades')).rowCount).toBe(0);
});

test('Q8 a thousand learners at once, while they work themselves', async () => {
  await sql.query(
    "INSERT INTO users (id, name, email) SELECT 'many-' || n, 'Many', 'many-' || n || '@elira.example' FROM generate_series(1, 1000) n",
  );
  await sql.query("INSERT INTO enrollments (course_id, user_id) SELECT $1, id FROM users WHERE id LIKE 'many-%'", [course.id]);
  const entries = Array.from({ length: 1000 }, (_, n) => ({
    userId: `many-${n + 1}`,
    lessonIds: course.lessons,
    quizId: course.quiz,
    percent: n % 101,
  }));
  const record = call('owner', 'SELECT record_results($1, $2, $3) AS result', [course.id, 'x', JSON.stringify(entries)]);
  const own = Array.from({ length: 8 }, (_, n) =>
    call(`many-${1000 - n * 100}`, 'SELECT complete_lesson($1, true) AS result', [course.lessons[n % 3]]),
  );
  const [answer] = await Promise.all([record, ...own]);
  expect(answer).toMatchObject({ grades: 1000 });
  const { rows } = await sql.query("SELECT min(progress), sum(score)::int FROM enrollments WHERE user_id LIKE 'many-%'");
  expect(rows).toEqual([{ min: 100, sum: entries.reduce((sum, { percent }) => sum + percent, 0) }]);
});
