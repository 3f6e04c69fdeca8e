import { afterAll, beforeAll, expect, test } from 'vitest';
import type pg from 'pg';
import { makeRandom, scratchDatabase, type Random, type ScratchDatabase } from '@elira/testkit';
import { countDifferences } from '../../fixture/count-differences.ts';
import { newPerson } from '../../fixture/small-course.ts';
import { errorCode } from '../database/connection.ts';
import { prepareDatabase } from '../database/prepare-database.ts';

/*
 * Anything that may happen to enrolments, by many connections at once, with both jobs of the upkeep on two servers beside them and readers
 * who look all the while: in each of their snapshots the sums are what a count says.
 */

/** Writers at once, and transactions of each. */
const WRITERS = 10;
const TRANSACTIONS = 80;
const PEOPLE = Array.from({ length: 12 }, (_, i) => `p${i}`);
/** Keys that courses have, had or may get. */
const KEYS = Array.from({ length: 6 }, (_, i) => `00000000-0000-7000-8000-00000000000${i}`);
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
let database: ScratchDatabase;
let sql: pg.Client;

beforeAll(async () => {
  database = await scratchDatabase('counting');
  await prepareDatabase(database.connection, () => undefined);
  sql = await database.client();
  await sql.query(`ALTER DATABASE ${database.name} SET deadlock_timeout = '50ms'`);
  for (const id of PEOPLE) await newPerson(sql, id);
  for (const id of KEYS.slice(0, 4)) await sql.query("INSERT INTO courses (id, title, description) VALUES ($1, 'x', '')", [id]);
});
afterAll(() => database.drop());

/** One statement that somebody may run. */
function statement(random: Random): [text: string, values: unknown[]] {
  const [person, course, key] = [random.pick(PEOPLE), random.pick(KEYS), random.pick(KEYS)];
  const percent = random.pick([0, 30, 60, 100, 100]);
  const days = random.pick([0, 3, 6, 8, 20]);
  const some = random.sample(PEOPLE, 4);
  return random.pick<[string, unknown[]]>([
    ['INSERT INTO enrollments (user_id, course_id) VALUES ($1, $2)', [person, course]],
    [
      `INSERT INTO enrollments (user_id, course_id, progress, score, active) SELECT who, $2, $3, $4, $5 FROM unnest($1::text[]) who
       ON CONFLICT (user_id, course_id) DO UPDATE SET progress = excluded.progress, score = excluded.score`,
      [some, course, percent, random.pick([null, percent]), random.chance(0.5)],
    ],
    ['UPDATE enrollments SET progress = $2, last_accessed_at = now() WHERE user_id = $1', [person, percent]],
    ['UPDATE enrollments SET progress = $2 WHERE course_id = $1', [course, percent]],
    ['UPDATE enrollments SET score = $2 WHERE user_id = ANY ($1)', [some, random.pick([null, 10, percent])]],
    ['UPDATE enrollments SET last_accessed_at = now() - make_interval(days => $2) WHERE user_id = ANY ($1)', [some, days]],
    ['UPDATE enrollments SET active = NOT active WHERE user_id = $1 AND course_id = $2', [person, course]],
    ['UPDATE enrollments SET course_id = $3 WHERE user_id = $1 AND course_id = $2', [person, course, key]],
    ['UPDATE enrollments SET id = uuid_v7() WHERE user_id = $1', [person]],
    ['DELETE FROM enrollments WHERE user_id = $1 AND course_id = $2', [person, course]],
    ['DELETE FROM enrollments WHERE course_id = $1', [course]],
    ['UPDATE courses SET id = $2 WHERE id = $1', [course, key]],
    ['DELETE FROM courses WHERE id = $1', [course]],
    ["INSERT INTO courses (id, title, description) VALUES ($1, 'x', '') ON CONFLICT DO NOTHING", [course]],
    ["INSERT INTO courses (id, title, description) VALUES ($1, 'x', '') ON CONFLICT DO NOTHING", [course]],
    ['UPDATE users SET id = $1 WHERE id = $2', random.sample(PEOPLE, 2)],
    ...(random.chance(0.1) ? [['TRUNCATE enrollments', []] as [string, unknown[]]] : []),
  ]);
}

/** What random statements may run into: a key twice, a course that is not there, each other. */
const EXPECTED = new Set(['23505', '23503', '40P01', '40001', '55006']);

async function write(writer: number): Promise<string[]> {
  const random = makeRandom(seed).fork(`writer ${writer}`);
  const client = await database.client();
  const errors: string[] = [];
  const attempt = async (text: string, values: unknown[] = []): Promise<boolean> =>
    await client.query(text, values).then(
      () => true,
      (error: unknown) => {
        if (!EXPECTED.has(errorCode(error) ?? '')) errors.push(`${text}: ${String(error)}`);
        return false;
      },
    );
  for (let i = 0; i < TRANSACTIONS; i += 1) {
    await client.query(
      `BEGIN ISOLATION LEVEL ${random.pick(['READ COMMITTED', 'READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE'])}`,
    );
    let sound = true;
    for (let n = random.below(4); n >= 0 && sound; n -= 1) {
      const savepoint = random.chance(0.3);
      if (savepoint) await client.query('SAVEPOINT here');
      sound = await attempt(...statement(random));
      // Taken back, because it failed or for no reason.
      if (savepoint && (!sound || random.chance(0.3))) sound = await attempt('ROLLBACK TO here');
    }
    await attempt(sound && random.chance(0.8) ? 'COMMIT' : 'ROLLBACK');
  }
  return errors;
}

test(`N1 N2 N4 N5 in every snapshot the sums are what a count says (SEED=${seed})`, async () => {
  let writing = true;
  const beside = async (text: string): Promise<string[]> => {
    const client = await database.client();
    const errors: string[] = [];
    while (writing) {
      await client.query(text).catch((error: unknown) => {
        // Where a TRUNCATE needs the whole table: the next turn finds it done.
        if (errorCode(error) !== '40P01') errors.push(`${text}: ${String(error)}`);
      });
    }
    return errors;
  };
  const look = async (): Promise<{ looks: number; wrong: unknown[] }> => {
    const client = await database.client();
    const wrong: unknown[] = [];
    let looks = 0;
    while (writing) {
      const found = await countDifferences(client).catch((error: unknown) => {
        if (errorCode(error) === '40P01') return [];
        throw error;
      });
      looks += 1;
      wrong.push(...found);
    }
    return { looks, wrong };
  };
  const upkeep = ['SELECT compact_course_counts()', 'SELECT compact_course_counts()', 'SELECT retire_learners()'].map(beside);
  const readers = [look(), look()];
  const errors = await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer))).finally(
    () => (writing = false),
  );
  const jobs = await Promise.all(upkeep);
  const looked = await Promise.all(readers);
  expect([...errors.flat(), ...jobs.flat()]).toEqual([]);
  expect(looked.flatMap(({ wrong }) => wrong)).toEqual([]);
  expect(looked.every(({ looks }) => looks > 20)).toBe(true);
  expect(await countDifferences(sql)).toEqual([]);
  // When all is over little is left of the many rows.
  while ((await sql.query<{ gone: number }>('SELECT compact_course_counts() AS gone')).rows[0]?.gone !== 0);
  expect((await sql.query('SELECT FROM course_counts GROUP BY course_id HAVING count(*) > 16')).rowCount).toBe(0);
  expect(await countDifferences(sql)).toEqual([]);
});
