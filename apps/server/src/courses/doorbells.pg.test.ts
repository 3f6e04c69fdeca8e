import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type pg from 'pg';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { prepareDatabase } from '../database/prepare-database.ts';

let database: ScratchDatabase;
let sql: pg.Client;
let listener: pg.Client;
let heard: { channel: string; payload: Record<string, unknown>; bytes: number }[] = [];

beforeAll(async () => {
  database = await scratchDatabase('doorbells');
  await prepareDatabase(database.connection, () => undefined);
  sql = await database.client();
  listener = await database.client();
  listener.on('notification', ({ channel, payload = '' }) => {
    heard.push({ channel, payload: JSON.parse(payload) as Record<string, unknown>, bytes: Buffer.byteLength(payload) });
  });
  await listener.query(
    'LISTEN course_changes; LISTEN lesson_changes; LISTEN enrollment_changes; LISTEN course_published; LISTEN fence',
  );
  await sql.query(
    "INSERT INTO users (id, name, email) SELECT 'user-' || i, 'User ' || i, 'user' || i || '@elira.example' FROM generate_series(7, 8) i",
  );
});
afterAll(() => database.drop());
beforeEach(async () => {
  await sql.query('DELETE FROM courses');
  await rung();
});

/** What rang since the last call. Notifications of one database arrive in the order of their commits, so a last one is a fence. */
async function rung(): Promise<typeof heard> {
  const fence = new Promise<void>((resolve) => {
    const onFence = ({ channel }: pg.Notification): void => {
      if (channel !== 'fence') return;
      listener.off('notification', onFence);
      resolve();
    };
    listener.on('notification', onFence);
  });
  await sql.query("SELECT pg_notify('fence', '{}')");
  await fence;
  const result = heard.filter(({ channel }) => channel !== 'fence');
  heard = [];
  return result;
}

async function newCourse(title = 'Sensors'): Promise<string> {
  const { rows } = await sql.query<{ id: string }>(
    "INSERT INTO courses (title, description, modified_by) VALUES ($1, 'text', 'user-7') RETURNING id",
    [title],
  );
  return rows[0]?.id ?? '';
}

test('L5 insert, update and delete ring once for each row', async () => {
  const id = await newCourse();
  await sql.query("UPDATE courses SET title = 'other'");
  await sql.query('DELETE FROM courses');
  const bells = await rung();
  expect(bells.map(({ channel, payload: { action, id: of, userId } }) => ({ channel, action, of, userId }))).toEqual(
    ['INSERT', 'UPDATE', 'DELETE'].map((action) => ({
      channel: 'course_changes',
      action,
      of: id,
      // The row says who changed it last, which is not who deleted it.
      userId: action === 'DELETE' ? null : 'user-7',
    })),
  );
  for (const { payload } of bells) {
    expect(Object.keys(payload)).toEqual(['action', 'id', 'userId', 'timestamp']);
    expect(Math.abs(Number(payload['timestamp']) - Date.now() / 1000)).toBeLessThan(600);
  }
});

test('L5 zero rows ring nothing', async () => {
  await sql.query("UPDATE courses SET title = 'nobody' WHERE false");
  await sql.query('DELETE FROM courses');
  await sql.query("INSERT INTO courses (title, description) SELECT 'a', 'b' WHERE false");
  expect(await rung()).toEqual([]);
});

test('L5 an update that changes nothing, or only synchronisation marks, rings nothing', async () => {
  await newCourse();
  await rung();
  await sql.query('UPDATE courses SET title = title');
  await sql.query("UPDATE courses SET sync_status = 'synced', last_synced_at = now()");
  expect(await rung()).toEqual([]);
  await sql.query("UPDATE courses SET sync_status = 'error', modified_by = 'user-8'");
  expect((await rung()).map(({ payload }) => payload['userId'])).toEqual(['user-8']);
});

test('L5 a hundred rows ring one by one, one more rings in bulk', async () => {
  const insert = "INSERT INTO courses (title, description) SELECT 'course ' || i, 'text' FROM generate_series(1, $1::int) i";
  await sql.query(insert, [100]);
  expect(new Set((await rung()).map(({ payload }) => payload['id'])).size).toBe(100);
  await sql.query(insert, [1]);
  await rung();
  await sql.query('UPDATE courses SET description = title');
  expect((await rung()).map(({ payload }) => payload)).toEqual([{ action: 'bulk' }]);
});

test('L5 L7 ten thousand rows ring once, whatever is done to them', async () => {
  await sql.query("INSERT INTO courses (title, description) SELECT 'course ' || i, 'text' FROM generate_series(1, 10000) i");
  await sql.query('UPDATE courses SET is_published = true');
  await sql.query('DELETE FROM courses');
  expect((await rung()).map(({ channel, payload }) => ({ channel, ...payload }))).toEqual([
    { channel: 'course_changes', action: 'bulk' },
    { channel: 'course_changes', action: 'bulk' },
    { channel: 'course_published', action: 'bulk', count: 10_000 },
    { channel: 'course_changes', action: 'bulk' },
  ]);
});

test('L6 going live rings once, with the longest title there can be', async () => {
  for (const title of ['😀'.repeat(255), '\u0001'.repeat(255), '"\\'.repeat(127)]) {
    const id = await newCourse(title);
    await rung();
    await sql.query('UPDATE courses SET is_published = true WHERE id = $1', [id]);
    const bells = (await rung()).filter(({ channel }) => channel === 'course_published');
    expect(bells.map(({ payload }) => payload)).toEqual([{ courseId: id, title }]);
    expect(bells[0]?.bytes).toBeLessThan(8000);
  }
});

test('L6 only going live rings: not an edit, not publishing again, not unpublishing', async () => {
  const id = await newCourse();
  await sql.query('UPDATE courses SET is_published = true');
  await rung();
  await sql.query("UPDATE courses SET is_published = true, title = 'other'");
  await sql.query('SELECT publish_course($1)', [id]);
  await sql.query('UPDATE courses SET is_published = false');
  expect((await rung()).filter(({ channel }) => channel === 'course_published')).toEqual([]);
  await sql.query('UPDATE courses SET is_published = true');
  expect((await rung()).filter(({ channel }) => channel === 'course_published')).toHaveLength(1);
});

test('L5 lessons and enrolments ring on their own channels; progress and last access ring nothing', async () => {
  const course = await newCourse();
  const moduleOf = "INSERT INTO modules (course_id, title) VALUES ($1, 'm') RETURNING id";
  const { rows } = await sql.query<{ id: string }>(moduleOf, [course]);
  await rung();
  await sql.query("INSERT INTO lessons (course_id, module_id, title) VALUES ($1, $2, 'l')", [course, rows[0]?.id]);
  await sql.query("UPDATE lessons SET title = 'other', modified_by = 'user-7'");
  await sql.query("INSERT INTO enrollments (course_id, user_id) VALUES ($1, 'user-8')", [course]);
  await sql.query('UPDATE enrollments SET progress = 50, last_accessed_at = now()');
  await sql.query("UPDATE enrollments SET user_id = 'user-7'");
  await sql.query('DELETE FROM enrollments; DELETE FROM lessons');
  const bells = (await rung()).map(
    ({ channel, payload: { action, userId } }) => `${channel} ${String(action)} ${String(userId)}`,
  );
  expect(bells).toEqual([
    'lesson_changes INSERT null',
    'lesson_changes UPDATE user-7',
    'enrollment_changes INSERT user-8',
    'enrollment_changes UPDATE user-7',
    'enrollment_changes DELETE user-7',
    'lesson_changes DELETE null',
  ]);
});

test('L5 whoever is signed in is named, deletes and rows that name nobody included; of an enrolment, its learner', async () => {
  const course = await newCourse();
  await sql.query("INSERT INTO modules (course_id, title) VALUES ($1, 'm')", [course]);
  await sql.query("INSERT INTO lessons (course_id, module_id, title) SELECT course_id, id, 'l' FROM modules");
  await sql.query('UPDATE lessons SET modified_by = NULL; UPDATE courses SET modified_by = NULL');
  await rung();
  await sql.query("BEGIN; SET LOCAL elira.user_id = 'user-8'");
  await sql.query("UPDATE courses SET access = 'code'");
  await sql.query("UPDATE lessons SET title = 'other'");
  await sql.query("INSERT INTO enrollments (course_id, user_id) SELECT id, 'user-7' FROM courses");
  await sql.query('DELETE FROM enrollments; DELETE FROM lessons; DELETE FROM courses; COMMIT');
  const bells = (await rung()).map(
    ({ channel, payload: { action, userId } }) => `${channel} ${String(action)} ${String(userId)}`,
  );
  expect(bells).toEqual([
    'course_changes UPDATE user-8',
    'lesson_changes UPDATE user-8',
    'enrollment_changes INSERT user-7',
    'enrollment_changes DELETE user-7',
    'lesson_changes DELETE user-8',
    'course_changes DELETE user-8',
  ]);
});

test('L5 L7 zero rows, and ten thousand, of lessons and enrolments', async () => {
  const course = await newCourse();
  await sql.query("INSERT INTO modules (course_id, title) VALUES ($1, 'm')", [course]);
  await rung();
  for (const table of ['lessons', 'enrollments']) {
    await sql.query(`DELETE FROM ${table}`);
    await sql.query(`UPDATE ${table} SET course_id = course_id`);
  }
  await sql.query("INSERT INTO lessons (course_id, module_id, title) SELECT course_id, id, 'l' FROM modules WHERE false");
  expect(await rung()).toEqual([]);

  await sql.query(
    `INSERT INTO users (id, name, email) SELECT 'many-' || i, 'Many', 'many' || i || '@elira.example' FROM generate_series(1, 10000) i`,
  );
  await sql.query(
    "INSERT INTO lessons (course_id, module_id, title) SELECT course_id, id, 'l' FROM modules, generate_series(1, 10000)",
  );
  await sql.query("INSERT INTO enrollments (course_id, user_id) SELECT $1, id FROM users WHERE id LIKE 'many-%'", [course]);
  // What is computed of an enrolment is silent, ten thousand times too.
  await sql.query('UPDATE enrollments SET progress = 1, score = 2, active = false, last_accessed_at = now()');
  await sql.query("UPDATE enrollments SET enrolled_at = enrolled_at - interval '1 day'");
  await sql.query("DELETE FROM enrollments; UPDATE lessons SET title = 'other'");
  expect((await rung()).map(({ channel, payload }) => ({ channel, ...payload }))).toEqual(
    ['lesson', 'enrollment', 'enrollment', 'enrollment', 'lesson'].map((what) => ({
      channel: `${what}_changes`,
      action: 'bulk',
    })),
  );
}, 180_000);

test('L5 a title of 255 characters of four bytes does not ring, its row does', async () => {
  const course = await newCourse('😀'.repeat(255));
  await sql.query("INSERT INTO modules (course_id, title) VALUES ($1, 'm')", [course]);
  await sql.query('INSERT INTO lessons (course_id, module_id, title, content) SELECT course_id, id, $1, $2 FROM modules', [
    '😀'.repeat(255),
    '😀'.repeat(200_000),
  ]);
  await sql.query("UPDATE lessons SET content = content || 'x' WHERE false; UPDATE lessons SET status = 'draft'");
  const bells = await rung();
  expect(bells.map(({ channel, payload }) => `${channel} ${String(payload['action'])}`)).toEqual([
    'course_changes INSERT',
    'lesson_changes INSERT',
    'lesson_changes UPDATE',
  ]);
  for (const { bytes } of bells) expect(bytes).toBeLessThan(200);
});
