import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type pg from 'pg';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { endedOrWaiting } from '../../fixture/ended-or-waiting.ts';
import { quizAsShown, type ShownQuestion } from '../../fixture/quiz-as-shown.ts';
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
  database = await scratchDatabase('attempts');
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

type Result = {
  readonly attemptId: string;
  readonly gradeId: string;
  readonly courseVersion: number;
  readonly points: number;
  readonly maxPoints: number;
  readonly percent: number;
};

async function call<T>(id: string, text: string, values: unknown[]): Promise<T> {
  const answer = await pool.as(person(id), async (client) => (await client.query<{ result: T }>(text, values)).rows[0]?.result);
  return answer as T;
}
const shown = (...chosen: readonly string[]): Promise<ShownQuestion[]> => quizAsShown(sql, course.quiz, chosen);
const submit = (id: string, questions: unknown, attempt: string = randomUUID(), quiz = course.quiz): Promise<Result> =>
  call(id, 'SELECT submit_attempt($1, $2, $3) AS result', [attempt, quiz, JSON.stringify(questions)]);
const regrade = (id = 'owner'): Promise<unknown> => call(id, 'SELECT regrade_quiz($1) AS result', [course.quiz]);
const publish = (): Promise<unknown> => sql.query('SELECT publish_course($1)', [course.id]);

async function score(id: string): Promise<number | null | undefined> {
  return (await sql.query<{ score: number | null }>('SELECT score FROM enrollments WHERE user_id = $1', [id])).rows[0]?.score;
}
type Detail = Record<string, { points: number; maxPoints: number; correct?: string[]; explanation?: string }>;
/** Of one learner, the oldest first. */
async function grades(
  id: string,
): Promise<{ percent: number; course_version: number | null; detail: Detail; graded_by: string | null }[]> {
  const text = 'SELECT percent, course_version, detail, graded_by FROM grades WHERE user_id = $1 ORDER BY graded_at, id';
  return (await sql.query(text, [id])).rows as never;
}
const mendKey = async (): Promise<void> => {
  await sql.query('UPDATE options SET is_correct = NOT is_correct');
  await publish();
};

test('Q1 an attempt is judged by the publication that was shown, and the key comes with its grade alone', async () => {
  const [right, wrong] = course.options;
  const answer = await submit('ann', await shown(right));
  expect(answer).toMatchObject({ courseVersion: 1, points: 1, maxPoints: 1, percent: 100 });
  expect(JSON.stringify(answer)).not.toContain(right);
  const detail = { [course.question]: { points: 1, maxPoints: 1, correct: [right], explanation: 'Ions do.' } };
  expect(await grades('ann')).toEqual([{ percent: 100, course_version: 1, detail, graded_by: null }]);
  expect(await submit('bob', await shown(wrong))).toMatchObject({ points: 0, percent: 0 });
  expect(await submit('bob', await shown())).toMatchObject({ points: 0, percent: 0 });
  expect([await score('ann'), await score('bob')]).toEqual([100, 0]);
  const attempts = await sql.query('SELECT user_id, answers FROM quiz_attempts ORDER BY submitted_at');
  expect(attempts.rows).toEqual([
    { user_id: 'ann', answers: { [course.question]: [right] } },
    { user_id: 'bob', answers: { [course.question]: [wrong] } },
    { user_id: 'bob', answers: { [course.question]: [] } },
  ]);
});

test('Q1 of several answers all right ones and no wrong one count, question by question, by their points', async () => {
  const asked = async (kind: string, points: number): Promise<string[]> => {
    const question_id = await insert(sql, 'questions', {
      course_id: course.id,
      quiz_id: course.quiz,
      prompt: kind,
      kind,
      points,
    });
    const ids: string[] = [];
    for (const is_correct of [true, true, false])
      ids.push(
        await insert(sql, 'options', { course_id: course.id, quiz_id: course.quiz, question_id, label: 'x', is_correct }),
      );
    return ids;
  };
  const [one = '', two = '', three = ''] = await asked('multiple', 5);
  const [either = '', or = ''] = await asked('single', 2);
  await publish();
  const points = async (...chosen: string[]): Promise<number> => (await submit('ann', await shown(...chosen))).points;
  expect(await points(one, two)).toBe(5);
  expect(await points(one)).toBe(0);
  expect(await points(one, two, three)).toBe(0);
  expect(await points(either)).toBe(2);
  expect(await points(either, or)).toBe(0);
  expect(await submit('ann', await shown(course.options[0], one, two, or))).toMatchObject({
    points: 8,
    maxPoints: 8,
    percent: 100,
  });
  expect(await submit('ann', await shown(course.options[0], or))).toMatchObject({ points: 3, maxPoints: 8, percent: 38 });
  expect(await score('ann')).toBe(100);
});

test('Q2 hours later, when the quiz was edited, withdrawn or its course taken off, the work counts as it was shown', async () => {
  const before = await shown(course.options[0]);
  await sql.query("UPDATE options SET label = 'Mud' WHERE id = $1", [course.options[1]]);
  await mendKey();
  expect(await submit('ann', before)).toMatchObject({ courseVersion: 1, percent: 100 });
  expect(await submit('ann', await shown(course.options[1]))).toMatchObject({ courseVersion: 2, percent: 100 });
  await sql.query('UPDATE quizzes SET deleted_at = now()');
  await publish();
  expect(await submit('bob', before)).toMatchObject({ courseVersion: 1, percent: 100 });
  await sql.query('SELECT unpublish_course($1)', [course.id]);
  expect(await submit('bob', before)).toMatchObject({ courseVersion: 1, percent: 100 });
});

test('Q2 the newest of the publications that showed exactly this is the one that counts', async () => {
  await sql.query("UPDATE lessons SET title = 'Other' WHERE id = $1", [course.lessons[0]]);
  await publish();
  expect(await submit('ann', await shown(course.options[0]))).toMatchObject({ courseVersion: 2 });
});

test('Q2 what was never published as shown is refused: a question or option too few, too many, or at another version', async () => {
  const [asked] = await shown(course.options[0]);
  const options = asked?.options ?? [];
  const another = { id: randomUUID(), version: 1, options: [], chosen: [] };
  const cases: unknown[] = [
    [{ ...asked, version: 2 }],
    [{ ...asked, options: options.slice(0, 1) }],
    [{ ...asked, options: [...options, { id: randomUUID(), version: 1 }] }],
    [{ ...asked, options: options.map((option) => ({ ...option, version: 7 })) }],
    [asked, another],
    [another],
    [asked, asked],
    [],
    [{ ...asked, chosen: [randomUUID()] }],
    {},
  ];
  for (const questions of cases)
    await expect(submit('ann', questions), JSON.stringify(questions)).rejects.toMatchObject({ code: REFUSED });
  // An edit that waits for its publication has not been shown either.
  await sql.query('UPDATE questions SET points = 3');
  await expect(submit('ann', [{ ...asked, version: 2 }])).rejects.toMatchObject({ code: REFUSED });
  expect((await sql.query('SELECT FROM quiz_attempts')).rowCount).toBe(0);
});

test('Q3 an attempt that is sent again is answered the same and counts once; its id is nobody else’s', async () => {
  const id = randomUUID();
  const questions = await shown(course.options[0]);
  const first = await submit('ann', questions, id);
  expect(await submit('ann', questions, id)).toEqual(first);
  await mendKey();
  await regrade();
  expect(await submit('ann', questions, id)).toEqual(first);
  expect((await sql.query('SELECT FROM quiz_attempts')).rowCount).toBe(1);
  await expect(submit('bob', questions, id)).rejects.toMatchObject({ code: '23505' });
  await expect(submit('ann', await quizAsShown(sql, course.quiz, []), id)).rejects.toMatchObject({ code: '23505' });
});

test('Q3 twice at the same moment is once', async () => {
  const id = randomUUID();
  const questions = await shown(course.options[0]);
  const both = await Promise.all([submit('ann', questions, id), submit('ann', questions, id)]);
  expect(both[0]).toEqual(both[1]);
  expect(await grades('ann')).toHaveLength(1);
});

test('Q4 who is not enrolled any more is heard, and told no key until they are again', async () => {
  const questions = await shown(course.options[0]);
  await sql.query("DELETE FROM enrollments WHERE user_id = 'ann'");
  expect(await submit('ann', questions)).toMatchObject({ percent: 100 });
  expect((await grades('ann'))[0]?.detail).toEqual({ [course.question]: { points: 1, maxPoints: 1 } });
  // Nobody learns by trying whether there is such a quiz.
  const guessed = [{ ...questions[0], version: 9 }];
  await expect(submit('stranger', guessed)).rejects.toMatchObject({ code: NOT_FOUND });
  await expect(submit('ann', questions, randomUUID(), randomUUID())).rejects.toMatchObject({ code: NOT_FOUND });
  await insert(sql, 'enrollments', { course_id: course.id, user_id: 'ann' });
  expect(await score('ann')).toBe(100);
  await regrade();
  expect((await grades('ann'))[1]?.detail[course.question]).toMatchObject({ correct: [course.options[0]] });
});

test('Q4 an attempt and an enrolment at one moment end in the same score as one after the other', async () => {
  const questions = await shown(course.options[0]);
  for (const first of ['attempt', 'enrolment']) {
    await sql.query("DELETE FROM enrollments WHERE user_id = 'ann'");
    const [one, other] = [await database.client(), await database.client()];
    for (const client of [one, other]) await client.query("BEGIN; SET LOCAL elira.user_id = 'ann'");
    const moves = [
      (client: pg.ClientBase) =>
        client.query('SELECT submit_attempt($1, $2, $3)', [randomUUID(), course.quiz, JSON.stringify(questions)]),
      (client: pg.ClientBase) => client.query('SELECT enroll($1)', [course.id]),
    ];
    if (first === 'enrolment') moves.reverse();
    await moves[0]?.(one);
    const waiting = moves[1]?.(other) ?? Promise.resolve();
    await endedOrWaiting(waiting);
    await one.query('COMMIT');
    await waiting;
    await other.query('COMMIT');
    expect(await score('ann'), first).toBe(100);
  }
});

test('Q5 attempts and grades are never changed: not by the application, not by anybody, and go with their person', async () => {
  await submit('ann', await shown(course.options[0]));
  await regrade();
  await call('owner', 'SELECT record_results($1, $2, $3) AS result', [
    course.id,
    'by hand',
    JSON.stringify([{ userId: 'ann', quizId: course.quiz, percent: 50 }]),
  ]);
  for (const text of [
    'UPDATE grades SET percent = 1',
    'DELETE FROM grades',
    "UPDATE quiz_attempts SET answers = '{}'",
    'DELETE FROM quiz_attempts',
  ]) {
    await expect(call('ann', text, []), text).rejects.toMatchObject({ code: '42501' });
    await expect(sql.query(text), text).rejects.toMatchObject({ code: '23001' });
  }
  await expect(sql.query("UPDATE grades SET graded_by = 'ann'")).rejects.toMatchObject({ code: '23001' });
  await sql.query("UPDATE users SET id = 'renamed' WHERE id = 'owner'");
  await sql.query("DELETE FROM users WHERE id = 'renamed'");
  expect((await grades('ann')).map(({ graded_by }) => graded_by)).toEqual([null, null]);
  await expect(sql.query('DELETE FROM courses')).rejects.toMatchObject({ code: '23503' });
  // Who has the right, and says that they mean it.
  await sql.query("BEGIN; SET LOCAL elira.erase = 'on'; DELETE FROM quiz_attempts; DELETE FROM grades; ROLLBACK");
  await expect(
    call('ann', "WITH meant AS (SELECT set_config('elira.erase', 'on', true)) DELETE FROM grades USING meant", []),
  ).rejects.toMatchObject({ code: '42501' });
  await sql.query("DELETE FROM users WHERE id = 'ann'");
  expect((await sql.query('SELECT FROM grades')).rowCount).toBe(0);
});

test('Q6 a quiz counts by the newest grade of staff, else by the best attempt, and the score is their average', async () => {
  const quiz = await insert(sql, 'quizzes', { course_id: course.id, module_id: course.modules[0], title: 'Second' });
  await publish();
  const give = (percent: number, of = course.quiz): Promise<unknown> =>
    call('owner', 'SELECT record_results($1, $2, $3) AS result', [
      course.id,
      'talked',
      JSON.stringify([{ userId: 'ann', quizId: of, percent }]),
    ]);
  await submit('ann', await shown(course.options[0]));
  await submit('ann', await shown(course.options[1]));
  expect(await score('ann')).toBe(100);
  await give(40);
  expect(await score('ann')).toBe(40);
  await give(61);
  expect(await score('ann')).toBe(61);
  await submit('ann', await shown(course.options[0]));
  expect(await score('ann')).toBe(61);
  await give(30, quiz);
  expect(await score('ann')).toBe(46);
});

test('Q6 a quiz without points counts for nothing', async () => {
  await sql.query('UPDATE questions SET points = 0');
  await publish();
  expect(await submit('ann', await shown(course.options[1]))).toMatchObject({ maxPoints: 0, percent: 100 });
  expect(await score('ann')).toBeNull();
});

test('Q6 grades by two at once both count', async () => {
  const quiz = await insert(sql, 'quizzes', { course_id: course.id, module_id: course.modules[0], title: 'Second' });
  await publish();
  const [one, other] = [await database.client(), await database.client()];
  for (const client of [one, other]) await client.query("BEGIN; SET LOCAL elira.user_id = 'owner'");
  const give = (client: pg.ClientBase, of: string, percent: number): Promise<unknown> =>
    client.query('SELECT record_results($1, $2, $3)', [
      course.id,
      'x',
      JSON.stringify([{ userId: 'ann', quizId: of, percent }]),
    ]);
  await give(one, course.quiz, 20);
  const waiting = give(other, quiz, 80);
  await endedOrWaiting(waiting);
  await one.query('COMMIT');
  await waiting;
  await other.query('COMMIT');
  expect(await score('ann')).toBe(50);
});

test('Q7 a mended key adds grades beside the old ones, where it differs, and for its authors alone', async () => {
  await submit('ann', await shown(course.options[0]));
  await submit('bob', await shown(course.options[1]));
  expect(await regrade()).toEqual({ attempts: 2, regraded: 0, left: 0 });
  await mendKey();
  expect(await regrade()).toEqual({ attempts: 2, regraded: 2, left: 0 });
  expect(await regrade()).toEqual({ attempts: 2, regraded: 0, left: 0 });
  expect((await grades('ann')).map(({ percent, course_version, graded_by }) => [percent, course_version, graded_by])).toEqual([
    [100, 1, null],
    [0, 2, 'owner'],
  ]);
  expect((await grades('ann'))[1]?.detail[course.question]?.correct).toEqual([course.options[1]]);
  expect([await score('ann'), await score('bob')]).toEqual([0, 100]);
  await expect(regrade('ann')).rejects.toMatchObject({ code: NOT_FOUND });
});

test('Q7 what was asked stays as it was shown; attempts of which a question is gone are left', async () => {
  await submit('ann', await shown(course.options[0]));
  // A further right option that nobody was shown, another kind, other points.
  const below = { course_id: course.id, quiz_id: course.quiz, question_id: course.question };
  const late = await insert(sql, 'options', { ...below, label: 'Salt water', is_correct: true });
  await sql.query("UPDATE questions SET kind = 'multiple', points = 4");
  await publish();
  expect(await regrade()).toEqual({ attempts: 1, regraded: 1, left: 0 });
  expect((await grades('ann'))[1]).toMatchObject({
    percent: 100,
    detail: { [course.question]: { points: 4, correct: [course.options[0]] } },
  });
  // Only an option that was not shown is right now: the key of then stands.
  await sql.query('UPDATE options SET is_correct = (id = $1)', [late]);
  await publish();
  expect(await regrade()).toEqual({ attempts: 1, regraded: 0, left: 0 });
  await sql.query('UPDATE questions SET deleted_at = now()');
  await publish();
  expect(await regrade()).toEqual({ attempts: 1, regraded: 0, left: 1 });
});
