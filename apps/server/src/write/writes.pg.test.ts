import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type pg from 'pg';
import { makeUuidV7 } from '@elira/protocol';
import { insert, makeSmallCourse, newPerson, type SmallCourse } from '../../fixture/small-course.ts';
import { decide, mutation, twoDoors, writer, type TwoDoors } from '../../fixture/two-doors.ts';

let two: TwoDoors;
let sql: pg.Client;
let course: SmallCourse;
const TEACHER = writer('teacher', 'instructor');
const ANN = writer('ann');

beforeAll(async () => {
  two = await twoDoors('writes');
  sql = two.sql;
  await newPerson(sql, 'teacher', 'instructor');
  for (const id of ['ann', 'bob']) await newPerson(sql, id);
});
beforeEach(async () => {
  await sql.query('DELETE FROM lesson_progress; DELETE FROM mutations; DELETE FROM user_activities; DELETE FROM courses');
  course = await makeSmallCourse(sql);
  await insert(sql, 'course_authors', { course_id: course.id, user_id: 'teacher', role: 'owner' });
  await sql.query('UPDATE courses SET is_published = true');
});
afterAll(() => two.remove());

const count = async (text: string): Promise<number> =>
  (await sql.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${text}`)).rows[0]?.n ?? -1;
const ledger = async (id: string): Promise<{ status: string; answer: unknown } | undefined> =>
  (await sql.query<{ status: string; answer: unknown }>('SELECT status, answer FROM mutations WHERE id = $1', [id])).rows[0];
const make = (title: string): ReturnType<typeof mutation> =>
  mutation('module.make', { id: makeUuidV7(), parentId: course.id, title });

test('WR1 WR5 the same id at once, many times and from two servers, has its effect once', async () => {
  for (let round = 0; round < 10; round += 1) {
    const one = make(`Module ${round}`);
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) => decide(two.doors[i % 2 === 0 ? 0 : 1], TEACHER, one)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 'applied' });
    expect(await count(`modules WHERE title = 'Module ${round}'`)).toBe(1);
    expect(await decide(two.doors[0], ANN, one)).toMatchObject({ status: 'refused', problem: { code: 'mutation_id_taken' } });
  }
});

test('WR1 the same id at once for an effect and for a flush: one of them has its effect, and both are answered by it', async () => {
  await sql.query("INSERT INTO enrollments (user_id, course_id) VALUES ('ann', $1)", [course.id]);
  for (let round = 0; round < 10; round += 1) {
    const id = makeUuidV7();
    const lesson = mutation('lesson.complete', { lessonId: course.lessons[0], completed: true }, id);
    const leave = mutation('enrollment.leave', { courseId: course.id }, id);
    const [a, b] = await Promise.all([decide(two.doors[0], ANN, lesson), decide(two.doors[1], ANN, leave)]);
    expect(a).toEqual(b);
    expect((await ledger(id))?.status).toBe(a.status);
    await sql.query("INSERT INTO enrollments (user_id, course_id) VALUES ('ann', $1) ON CONFLICT DO NOTHING", [course.id]);
  }
});

test('WR2 a refusal takes back what the effect had done, and is stored with all it says', async () => {
  const lesson = { id: course.lessons[0], version: 1 };
  await decide(two.doors[0], TEACHER, mutation('lesson.save', { ...lesson, content: 'first' }));
  const late = mutation('lesson.save', { ...lesson, content: 'second', title: 'Kept out' });
  const refused = await decide(two.doors[0], TEACHER, late);
  expect(refused).toMatchObject({
    status: 'refused',
    problem: {
      code: 'version_conflict',
      status: 409,
      conflicts: { content: { theirs: 'first', yours: 'second' } },
      merged: { title: 'Kept out' },
      theirs: { version: 2, content: 'first', title: 'Soil' },
    },
  });
  expect(await decide(two.doors[1], TEACHER, late)).toEqual(refused);
  // A code is set before it is found that the course would need one.
  await decide(
    two.doors[0],
    TEACHER,
    mutation('course.save', { id: course.id, version: 1, access: 'code', joinCode: 'sesame' }),
  );
  const without = mutation('course.save', { id: course.id, version: 1, joinCode: null });
  expect(await decide(two.doors[0], TEACHER, without)).toMatchObject({
    status: 'refused',
    problem: { code: 'invalid_request' },
  });
  expect(await count("course_join_codes WHERE code = 'sesame'")).toBe(1);
  expect(await count("lessons WHERE title = 'Kept out'")).toBe(0);
});

test('WR3 WR4 a connection that breaks between the effect and the answer leaves both or neither, and is unknown', async () => {
  const one = make('Interrupted');
  // The effect waits here, and its connection is ended.
  await sql.query('BEGIN; LOCK TABLE mutations IN ACCESS EXCLUSIVE MODE');
  const waiting = decide(two.doors[0], TEACHER, one);
  await waitFor("wait_event_type = 'Lock' AND query LIKE '%ledger_%'");
  await sql.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%ledger_%' AND pid <> pg_backend_pid()",
  );
  await sql.query('COMMIT');
  expect(await waiting).toMatchObject({ status: 'unknown', problem: { code: 'database_unavailable' } });
  expect([await count("modules WHERE title = 'Interrupted'"), await ledger(one.id)]).toEqual([0, undefined]);
  expect(await decide(two.doors[1], TEACHER, one)).toMatchObject({ status: 'applied' });
  expect(await count("modules WHERE title = 'Interrupted'")).toBe(1);
});

test('WR3 WR4 a flush whose connection breaks is unknown as a whole, and applied once when it is sent again', async () => {
  await sql.query("INSERT INTO enrollments (user_id, course_id) VALUES ('ann', $1)", [course.id]);
  const all = course.lessons.map((lessonId) => mutation('lesson.complete', { lessonId, completed: true }));
  await sql.query('BEGIN; LOCK TABLE user_activities IN ACCESS EXCLUSIVE MODE');
  const waiting = two.doors[0].decide(ANN, all);
  await waitFor("wait_event_type = 'Lock' AND query LIKE '%flush_%'");
  await sql.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%flush_%' AND pid <> pg_backend_pid()",
  );
  await sql.query('COMMIT');
  expect((await waiting).map(({ status }) => status)).toEqual(['unknown', 'unknown', 'unknown']);
  expect([await count('lesson_progress'), await count('mutations')]).toEqual([0, 0]);
  for (const door of two.doors)
    expect((await door.decide(ANN, all)).map(({ status }) => status)).toEqual(['applied', 'applied', 'applied']);
  expect([await count('lesson_progress'), await count("user_activities WHERE activity_type = 'lesson_completion'")]).toEqual([
    3, 3,
  ]);
});

test('WR5 an answer outlives a changed role; who is banned is told nothing, and nothing is stored', async () => {
  const args = { id: makeUuidV7(), title: 'Mine', description: '' };
  const [early, late] = [mutation('course.make', args), mutation('course.make', { ...args, id: makeUuidV7() })];
  expect(await decide(two.doors[0], TEACHER, early)).toMatchObject({ status: 'applied', result: { id: args.id } });
  const demoted = writer('teacher', 'learner');
  expect(await decide(two.doors[0], demoted, late)).toMatchObject({ status: 'refused', problem: { code: 'forbidden' } });
  expect(await decide(two.doors[0], demoted, early)).toMatchObject({ status: 'applied' });
  expect(await decide(two.doors[0], TEACHER, late)).toMatchObject({ status: 'refused' });
  // What the request believed of the role counts for nothing with the database.
  const pretended = mutation('course.make', { ...args, id: makeUuidV7() });
  expect(await decide(two.doors[0], writer('ann', 'admin'), pretended)).toMatchObject({ problem: { code: 'forbidden' } });
  await sql.query("UPDATE users SET banned = true WHERE id = 'teacher'");
  const banned = make('By nobody');
  expect(await decide(two.doors[0], TEACHER, banned)).toMatchObject({ status: 'unknown', problem: { code: 'not_signed_in' } });
  expect(await ledger(banned.id)).toBeUndefined();
  await sql.query("UPDATE users SET banned = false WHERE id = 'teacher'");
});

test('WR10 nothing that is not described reaches a row, whatever a mutation is called', async () => {
  const own = { id: makeUuidV7(), parentId: course.id, title: 'x' };
  const attempts = [
    ...['courseId', 'version', 'modifiedBy', 'deletedAt', 'field_versions', 'course_id', 'lastModified', '__proto__x'].map(
      (field) => mutation('module.make', { ...own, [field]: 'x' }),
    ),
    mutation('course.save', { id: course.id, version: 1, isPublished: true }),
    mutation('course.save', { id: course.id, version: 1, title: 'x', base: { id: 'x' } }),
    mutation('enrollment.join', { courseId: course.id, userId: 'bob' }),
    mutation('lesson.complete', { lessonId: course.lessons[0], completed: true, userId: 'bob' }),
  ];
  const answers = await two.doors[0].decide(TEACHER, attempts);
  expect(answers.every((answer) => answer.status === 'refused')).toBe(true);
  const unheardOf = [mutation('course.destroy', {}), mutation('toString', {})];
  for (const answer of await two.doors[0].decide(TEACHER, unheardOf))
    expect(answer).toMatchObject({ status: 'unknown', problem: { code: 'mutation_unknown' } });
  expect(await count("modules WHERE title = 'x'")).toBe(0);
  expect(await count('mutations')).toBe(attempts.length);
});

test('D5 what was decided a day ago leaves its author’s screens, and what is too old to be sent again is forgotten', async () => {
  const ids = await Promise.all(
    ['1 minute', '25 hours', '92 days 23 hours', '94 days'].map(async (age) => {
      const one = make(age);
      await decide(two.doors[0], TEACHER, one);
      await sql.query('UPDATE mutations SET decided_at = now() - $2::interval WHERE id = $1', [one.id, age]);
      return one.id;
    }),
  );
  await sql.query('SELECT tend_mutations()');
  const { rows } = await sql.query<{ id: string; recent: boolean }>(
    'SELECT id, recent FROM mutations ORDER BY decided_at DESC',
  );
  expect(rows.map(({ id, recent }) => [ids.indexOf(id), recent])).toEqual([
    [0, true],
    [1, false],
    [2, false],
  ]);
});

test('D6 a save of a course is told as an activity with its changes, and never its join code', async () => {
  const save = { id: course.id, version: 1, title: 'New', description: 'x'.repeat(5_000), access: 'code', joinCode: 'sesame' };
  expect(await decide(two.doors[0], TEACHER, mutation('course.save', save))).toMatchObject({ status: 'applied' });
  const { rows } = await sql.query("SELECT * FROM user_activities WHERE activity_type = 'course_update'");
  expect(rows).toMatchObject([
    {
      user_id: 'teacher',
      entity_type: 'course',
      entity_id: course.id,
      metadata: { changes: { title: 'New', access: 'code' } },
    },
  ]);
  expect(JSON.stringify(rows)).not.toContain('sesame');
  expect(
    await decide(two.doors[0], ANN, mutation('enrollment.join', { courseId: course.id, joinCode: 'sesame' })),
  ).toMatchObject({
    status: 'applied',
  });
  expect(await count("user_activities WHERE activity_type = 'enrollment' AND user_id = 'ann'")).toBe(1);
});

async function waitFor(condition: string): Promise<void> {
  const look = await two.database.client();
  for (;;) {
    const { rowCount } = await look.query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND ${condition}`);
    if (rowCount !== 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
