import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type pg from 'pg';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { insert, newPerson } from '../../fixture/small-course.ts';
import { prepareDatabase } from '../database/prepare-database.ts';

let database: ScratchDatabase;
let sql: pg.Client;
let id: string;

beforeAll(async () => {
  database = await scratchDatabase('course_events');
  await prepareDatabase(database.connection, () => undefined);
  sql = await database.client();
  await newPerson(sql, 'owner');
});
afterAll(() => database.drop());
beforeEach(async () => {
  await sql.query('DELETE FROM courses');
  id = await insert(sql, 'courses', { title: 'Sensors', description: 'text' });
  await insert(sql, 'course_authors', { course_id: id, user_id: 'owner', role: 'owner' });
});

/** In the order of their making. */
async function events(): Promise<string[]> {
  return (await sql.query<{ event: string }>('SELECT event FROM course_analytics ORDER BY id')).rows.map(({ event }) => event);
}

const PUBLISH = 'UPDATE courses SET is_published = true, published_at = now() WHERE NOT is_published';
const WITHDRAW = 'UPDATE courses SET is_published = false WHERE is_published';
const BY_HAND = "INSERT INTO course_analytics (course_id, event, timestamp) SELECT id, 'published', now() FROM courses";

test.each([
  ["the mission's own transaction", [PUBLISH, BY_HAND], ['published']],
  ['with the event first', [BY_HAND, PUBLISH], ['published']],
  ['without the event', [PUBLISH], ['published']],
  ['our function', ['SELECT publish_course(id) FROM courses'], ['published']],
  ['our function and the event', ['SELECT publish_course(id) FROM courses', BY_HAND], ['published']],
  ['under a savepoint', ['SAVEPOINT s', PUBLISH, 'RELEASE s', 'SAVEPOINT t', BY_HAND, 'RELEASE t'], ['published']],
  ['the event taken back', [PUBLISH, 'SAVEPOINT s', BY_HAND, 'ROLLBACK TO s'], ['published']],
  ['the publication taken back', ['SAVEPOINT s', PUBLISH, 'ROLLBACK TO s', PUBLISH, BY_HAND], ['published']],
  ['withdrawn again', [PUBLISH, BY_HAND, WITHDRAW], ['published', 'unpublished']],
  ['twice in one transaction', [PUBLISH, BY_HAND, WITHDRAW, PUBLISH, BY_HAND], ['published', 'unpublished', 'published']],
  ['twice, told of once', [PUBLISH, WITHDRAW, PUBLISH, BY_HAND], ['published', 'unpublished', 'published']],
  ['again while live', [PUBLISH, 'SELECT publish_course(id) FROM courses'], ['published', 'published']],
  ['nothing published', ["UPDATE courses SET title = 'x'", WITHDRAW, 'UPDATE courses SET is_published = false'], []],
  [
    'another event',
    [PUBLISH, "INSERT INTO course_analytics (course_id, event) SELECT id, 'praised' FROM courses"],
    ['published', 'praised'],
  ],
] as const)('F7 one event for each publication and withdrawal: %s', async (_name, statements, expected) => {
  await sql.query('BEGIN');
  for (const text of statements) await sql.query(text);
  await sql.query('COMMIT');
  expect((await events()).toSorted()).toEqual([...expected].toSorted());
});

test("F7 an author's own transaction, under row-level security, and nobody else's", async () => {
  await sql.query("BEGIN; SET LOCAL ROLE elira_app; SET LOCAL elira.user_id = 'owner'");
  await sql.query(PUBLISH);
  const { rowCount } = await sql.query(BY_HAND);
  await sql.query('COMMIT');
  expect([rowCount, await events()]).toEqual([1, ['published']]);
  await sql.query("BEGIN; SET LOCAL ROLE elira_app; SET LOCAL elira.user_id = 'stranger'");
  await expect(
    sql.query("INSERT INTO course_analytics (course_id, event) VALUES ($1, 'published')", [id]),
  ).rejects.toMatchObject({ code: '42501' });
  await sql.query('ROLLBACK');
});

test('F7 courses that are made published, that change their key, and ten thousand at once', async () => {
  await sql.query('DELETE FROM courses');
  const at =
    "INSERT INTO courses (title, description, is_published) SELECT 'course ' || i, 'text', true FROM generate_series(1, $1::int) i";
  await sql.query(at, [1]);
  await sql.query('UPDATE courses SET id = gen_random_uuid()');
  expect(await events()).toEqual(['published']);
  await sql.query('DELETE FROM courses');
  expect(await events()).toEqual([]);
  await sql.query(at, [10_000]);
  await sql.query(`BEGIN; ${WITHDRAW}; ${PUBLISH}; ${BY_HAND}; COMMIT`);
  expect((await sql.query('SELECT event, count(*)::int FROM course_analytics GROUP BY event ORDER BY event')).rows).toEqual([
    { event: 'published', count: 20_000 },
    { event: 'unpublished', count: 10_000 },
  ]);
}, 180_000);
