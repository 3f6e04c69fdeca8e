import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type pg from 'pg';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { insert, makeSmallCourse, newPerson, type SmallCourse } from '../../fixture/small-course.ts';
import { prepareDatabase } from '../database/prepare-database.ts';

let database: ScratchDatabase;
let sql: pg.Client;
let course: SmallCourse;

beforeAll(async () => {
  database = await scratchDatabase('notifications');
  await prepareDatabase(database.connection, () => undefined);
  const first = await database.client();
  await first.query(`ALTER DATABASE ${database.name} SET sync.strict = on`);
  sql = await database.client();
  for (const [id, role] of [
    ['ada', 'instructor'],
    ['ben', 'learner'],
    ['cyn', 'learner'],
    ['root', 'admin'],
  ] as const)
    await newPerson(sql, id, role);
});
beforeEach(async () => {
  await sql.query('TRUNCATE courses CASCADE');
  await sql.query('DELETE FROM notifications');
  course = await makeSmallCourse(sql);
  await sql.query("INSERT INTO course_authors (course_id, user_id, role) VALUES ($1, 'ada', 'owner')", [course.id]);
});
afterAll(() => database.drop());

/** Runs statements as a person of the application, in one transaction. */
async function as<T extends object>(person: string, text: string, values: unknown[] = []): Promise<T[]> {
  await sql.query(`BEGIN; SET LOCAL ROLE elira_app; SET LOCAL elira.user_id = '${person}'`);
  try {
    const { rows } = await sql.query<T>(text, values);
    await sql.query('COMMIT');
    return rows;
  } catch (error) {
    await sql.query('ROLLBACK');
    throw error;
  }
}
type Told = { kind: string; title: string; to: string; entity: string };
/** Whom there is what news for; takes them away. */
async function news(): Promise<Told[]> {
  const { rows } = await sql.query<Told>(
    `DELETE FROM notifications RETURNING kind, title, entity_id AS entity, CASE WHEN to_all THEN 'all' ELSE coalesce(user_id, course_id::text) END AS to`,
  );
  return rows.toSorted((a, b) => a.title.localeCompare(b.title));
}

test('N7 a course that goes live tells its learners; published again it does so where its author asks for it', async () => {
  const told = (kind: string, title = 'Sensors'): Told => ({ kind, title, to: course.id, entity: course.id });
  await as('ada', 'SELECT publish_course($1)', [course.id]);
  expect(await news()).toEqual([told('course_published')]);
  await as('ada', 'SELECT publish_course($1)', [course.id]);
  await sql.query("UPDATE courses SET title = 'Gauges'");
  expect(await news()).toEqual([]);
  await as('ada', "SELECT set_config('elira.notify', 'on', true), publish_course($1)", [course.id]);
  expect(await news()).toEqual([told('course_updated', 'Gauges')]);
  // The setting asks for publications, and ends with its transaction.
  await as(
    'ada',
    "WITH asked AS (SELECT set_config('elira.notify', 'on', true)) UPDATE courses SET title = 'Dials' FROM asked",
  );
  await as('ada', 'SELECT publish_course($1)', [course.id]);
  await as('ada', 'SELECT unpublish_course($1)', [course.id]);
  expect(await news()).toEqual([]);
  await sql.query('BEGIN; UPDATE courses SET is_published = true');
  await sql.query('ROLLBACK');
  expect(await news()).toEqual([]);
  // The mission's own way, typed by anyone.
  await sql.query('UPDATE courses SET is_published = true WHERE id = $1', [course.id]);
  await sql.query("INSERT INTO courses (title, description, is_published) VALUES ('Born live', '', true)");
  expect(await news()).toEqual([told('course_published', 'Dials')]);
});

test('N8 thousands of courses that go live are told of by one statement', async () => {
  await sql.query("INSERT INTO courses (title, description) SELECT 'course ' || i, '' FROM generate_series(1, 2000) i");
  await sql.query('BEGIN; UPDATE courses SET is_published = true');
  const { rows } = await sql.query<{ rows: string; commands: string }>(
    'SELECT count(*) AS rows, count(DISTINCT cmin::text) AS commands FROM notifications',
  );
  await sql.query('ROLLBACK');
  expect(rows).toEqual([{ rows: '2001', commands: '1' }]);
});

test('N7 an announcement has one notification, which follows it', async () => {
  const id = await insert(sql, 'announcements', { course_id: course.id, title: 'Tomorrow', body: 'Bring water.' });
  const all = await insert(sql, 'announcements', { title: 'Welcome' });
  await sql.query("UPDATE announcements SET title = 'Today' WHERE id = $1", [id]);
  await sql.query("UPDATE announcements SET body = 'And soil.'");
  const told = (title: string, to: string, entity: string): Told => ({ kind: 'announcement', title, to, entity });
  const { rows } = await sql.query<{ title: string }>('SELECT title FROM notifications ORDER BY title');
  expect(rows).toEqual([{ title: 'Today' }, { title: 'Welcome' }]);
  await sql.query('UPDATE announcements SET course_id = $1 WHERE id = $2', [course.id, all]);
  await sql.query('UPDATE announcements SET course_id = NULL WHERE id = $1', [id]);
  const moved = '00000000-0000-7000-8000-000000000001';
  await sql.query('UPDATE courses SET id = $2 WHERE id = $1', [course.id, moved]);
  const renamed = '00000000-0000-7000-8000-000000000002';
  await sql.query('UPDATE announcements SET id = $2 WHERE id = $1', [id, renamed]);
  expect(await news()).toEqual([told('Today', 'all', renamed), told('Welcome', moved, all)]);

  await insert(sql, 'announcements', { course_id: moved, title: 'Gone with it' });
  await sql.query('DELETE FROM announcements WHERE id = $1', [renamed]);
  await sql.query('DELETE FROM courses WHERE id = $1', [moved]);
  expect(await news()).toEqual([]);
  await insert(sql, 'announcements', { title: 'Emptied' });
  await sql.query('TRUNCATE announcements');
  expect(await news()).toEqual([]);
});

test('N7 who is made a co-author is told, and not who makes a course or takes themselves on', async () => {
  await as('ada', "SELECT add_course_author($1, 'ben@elira.example')", [course.id]);
  await as('root', "SELECT add_course_author($1, 'root@elira.example')", [course.id]);
  await as('ada', "SELECT create_course('Another', '')");
  expect(await sql.query('SELECT FROM notifications')).toMatchObject({ rowCount: 1 });
  const moved = '00000000-0000-7000-8000-000000000003';
  await sql.query('UPDATE courses SET id = $2 WHERE id = $1', [course.id, moved]);
  expect(await news()).toEqual([{ kind: 'co_author', title: 'Sensors', to: 'ben', entity: moved }]);
  await as('ada', "DELETE FROM course_authors WHERE user_id = 'ben'");
  await as('ada', "SELECT add_course_author($1, 'ben@elira.example')", [moved]);
  await as('ada', "DELETE FROM course_authors WHERE user_id = 'ben'");
  expect(await news()).toEqual([]);
  await as('ada', "SELECT add_course_author($1, 'ben@elira.example')", [moved]);
  await sql.query('DELETE FROM courses WHERE id = $1', [moved]);
  expect(await news()).toEqual([]);
});

test('N7 grades that staff gives are told to the person by the title they know, those of their own attempts are not', async () => {
  await sql.query('UPDATE courses SET is_published = true');
  await sql.query("UPDATE quizzes SET title = 'A secret draft'");
  await sql.query("INSERT INTO enrollments (user_id, course_id) VALUES ('ben', $1), ('cyn', $1)", [course.id]);
  await news();
  const grade = `INSERT INTO grades (user_id, course_id, quiz_id, points, max_points, percent, graded_by)
    SELECT who, $1, $2, 1, 1, 100, CASE WHEN who <> 'cyn' THEN 'ada' END FROM unnest($3::text[]) who`;
  await sql.query(grade, [course.id, course.quiz, ['ben', 'ben', 'cyn']]);
  expect(await news()).toMatchObject([{ kind: 'grade', title: 'Check', to: 'ben' }]);
  await sql.query('UPDATE courses SET is_published = false');
  await sql.query(grade, [course.id, course.quiz, ['ben']]);
  expect((await news()).map(({ title }) => title)).not.toContain('A secret draft');
  // They are never changed, and go with their person alone.
  await sql.query("DELETE FROM users WHERE id IN ('ben', 'cyn')");
  expect((await sql.query('SELECT FROM notifications')).rowCount).toBe(0);
  for (const id of ['ben', 'cyn']) await newPerson(sql, id);
});

/** Notifications of the course, of another course, to all, to ben and to cyn. */
async function letters(): Promise<Record<'course' | 'other' | 'all' | 'ben' | 'cyn', string>> {
  const other = await insert(sql, 'courses', { title: 'Other', description: '' });
  const letter = async (row: Record<string, unknown>): Promise<string> =>
    await insert(sql, 'notifications', { kind: 'grade', title: 'x', ...row });
  return {
    course: await letter({ course_id: course.id }),
    other: await letter({ course_id: other }),
    all: await letter({}),
    ben: await letter({ user_id: 'ben' }),
    cyn: await letter({ user_id: 'cyn' }),
  };
}

test('N9 a person reads what is for them, once, and nothing else', async () => {
  const { course: inCourse, other, all, ben, cyn } = await letters();
  await sql.query("INSERT INTO enrollments (user_id, course_id) VALUES ('ben', $1)", [course.id]);
  const read = async (person: string, ids: string[]): Promise<number | undefined> =>
    (await as<{ n: number }>(person, 'SELECT read_notifications($1) AS n', [ids]))[0]?.n;
  expect(await read('ben', [inCourse, other, all, ben, cyn, '00000000-0000-7000-8000-00000000000f', all])).toBe(3);
  expect(await read('ben', [all, ben])).toBe(0);
  const seen = await as<{ id: string }>('ben', 'SELECT notification_id AS id FROM notification_reads');
  expect(seen.map(({ id }) => id).toSorted()).toEqual([inCourse, all, ben].toSorted());
  expect(await as('cyn', 'SELECT FROM notification_reads')).toEqual([]);
  await expect(read('nobody', [all])).rejects.toMatchObject({ code: '42501' });
});

test('N9 two devices that read the same at once wait for each other and both are served; what is going is not waited for', async () => {
  const { all, ben } = await letters();
  const [one, two] = [await database.client(), await database.client()];
  const begin = "BEGIN; SET LOCAL elira.user_id = 'ben'";
  await one.query(begin);
  await two.query(begin);
  await one.query('SELECT read_notifications($1)', [[all, ben]]);
  const second = two.query<{ n: number }>('SELECT read_notifications($1) AS n', [[ben, all]]);
  await one.query('COMMIT');
  expect((await second).rows).toEqual([{ n: 0 }]);
  await two.query('COMMIT');
  const next = await insert(sql, 'notifications', { user_id: 'ben', kind: 'grade', title: 'x' });
  await one.query('BEGIN; DELETE FROM notifications WHERE id = $1'.replace('$1', `'${next}'`));
  await two.query(begin);
  expect((await two.query('SELECT read_notifications($1) AS n', [[next]])).rows).toEqual([{ n: 0 }]);
  await one.query('COMMIT');
  await two.query('COMMIT');
  await Promise.all([one.end(), two.end()]);
});

test('N10 what is older than ninety days is forgotten in slices, and by whom it was read', async () => {
  await sql.query(
    `INSERT INTO notifications (user_id, kind, title, created_at) SELECT 'ben', 'grade', 'old', now() - interval '91 days' FROM generate_series(1, 5003)`,
  );
  await insert(sql, 'notifications', {
    user_id: 'ben',
    kind: 'grade',
    title: 'new',
    created_at: new Date(Date.now() - 89 * 86_400_000),
  });
  await sql.query("INSERT INTO notification_reads (user_id, notification_id) SELECT 'ben', id FROM notifications LIMIT 10");
  const other = await database.client();
  await other.query("BEGIN; SELECT FROM notifications WHERE title = 'old' ORDER BY id LIMIT 1 FOR UPDATE");
  const gone: (number | undefined)[] = [];
  for (let i = 0; i < 3; i += 1) gone.push((await sql.query<{ n: number }>('SELECT forget_notifications() AS n')).rows[0]?.n);
  expect(gone).toEqual([5000, 2, 0]);
  await other.query('COMMIT');
  await other.end();
  await sql.query('SELECT forget_notifications()');
  expect((await news()).map(({ title }) => title)).toEqual(['new']);
  expect((await sql.query('SELECT FROM notification_reads')).rowCount).toBe(0);
});

test('N11 announcements are signed by who makes them, and only their words can be changed', async () => {
  await as('ada', "INSERT INTO announcements (course_id, title) VALUES ($1, 'Mine')", [course.id]);
  expect(await as('ada', 'SELECT title, author_id FROM announcements')).toEqual([{ title: 'Mine', author_id: 'ada' }]);
  const denied = { code: '42501' };
  await expect(as('ada', "INSERT INTO announcements (title) VALUES ('To all')")).rejects.toMatchObject(denied);
  await expect(as('ben', "INSERT INTO announcements (course_id, title) VALUES ($1, 'x')", [course.id])).rejects.toMatchObject(
    denied,
  );
  await expect(
    as('ada', "INSERT INTO announcements (course_id, title, author_id) VALUES ($1, 'x', 'ben')", [course.id]),
  ).rejects.toMatchObject(denied);
  await expect(as('ada', 'UPDATE announcements SET course_id = NULL')).rejects.toMatchObject(denied);
  await as('root', "INSERT INTO announcements (title) VALUES ('To all')");
  await as('ben', "UPDATE announcements SET title = 'x'; DELETE FROM announcements");
  expect(await as('ada', "UPDATE announcements SET title = 'Ours' RETURNING title")).toEqual([{ title: 'Ours' }]);
  expect(await as('ben', 'SELECT title FROM announcements')).toEqual([{ title: 'To all' }]);
});
