import { afterAll, beforeAll, expect, test } from 'vitest';
import type pg from 'pg';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { makeSmallCourse, newPerson, type SmallCourse } from '../../fixture/small-course.ts';
import { prepareDatabase } from '../database/prepare-database.ts';
import { UPKEEP } from '../upkeep/jobs.ts';

let database: ScratchDatabase;
let sql: pg.Client;
let course: SmallCourse;

beforeAll(async () => {
  database = await scratchDatabase('recent_audit');
  await prepareDatabase(database.connection, () => undefined);
  await (await database.client()).query(`ALTER DATABASE ${database.name} SET sync.strict = on`);
  sql = await database.client();
  await newPerson(sql, 'ann');
  course = await makeSmallCourse(sql);
});
afterAll(() => database.drop());

const newest = (table: string, columns: string): Promise<unknown[]> =>
  sql
    .query<{ row: unknown }>(`SELECT to_json(r) AS row FROM (SELECT ${columns} FROM ${table} ORDER BY id DESC LIMIT 200) r`)
    .then(({ rows }) => rows.map(({ row }) => row));
const COLUMNS =
  'id, course_id, changed_by, entity_type, entity_id, entity_version, field_name, old_value, new_value, text_offset, changed_at';

test('F10 what the audit has come to have is there once more, long values by their beginnings', async () => {
  await sql.query("SET elira.user_id = 'ann'; UPDATE lessons SET title = 'Earth'; RESET elira.user_id");
  expect(await newest('recent_audit', COLUMNS)).toEqual(await newest('course_audit', COLUMNS));
  expect(await newest('recent_audit', 'cut')).not.toContainEqual({ cut: true });
  await sql.query("UPDATE lessons SET content = repeat('😀', 5000) WHERE id = $1", [course.lessons[0]]);
  const { rows } = await sql.query(
    'SELECT length(new_value) AS characters, cut, text_offset AS at FROM recent_audit ORDER BY id DESC LIMIT 1',
  );
  expect(rows).toEqual([{ characters: 4000, cut: true, at: 0 }]);
});

test('F10 the newest 200 are kept, by two servers at once as well, and what is younger than a minute up to 2,000', async () => {
  const job = UPKEEP.find(({ sql: text }) => text.includes('upkeep_audit'))?.sql ?? '';
  const kept = async (): Promise<number | null> => {
    const [one, two] = [await database.client(), await database.client()];
    await Promise.all([one, two].map((client) => client.query(`SET ROLE elira_app; ${job}`)));
    return (await sql.query('SELECT FROM recent_audit')).rowCount;
  };
  const statement = "INSERT INTO modules (course_id, title) SELECT $1, 'm' || i FROM generate_series(1, 150) i";
  for (let round = 0; round < 5; round += 1) await sql.query(statement, [course.id]);
  const before = await newest('recent_audit', 'id');
  expect(await kept()).toBeGreaterThan(750);
  await sql.query("UPDATE recent_audit SET changed_at = changed_at - interval '61 seconds'");
  expect(await kept()).toBe(200);
  expect(await newest('recent_audit', 'id')).toEqual(before);
  for (let round = 0; round < 15; round += 1) await sql.query(statement, [course.id]);
  expect(await kept()).toBe(2_000);
});

test('F10 ten thousand at once are not new to anybody, and that there were more is said', async () => {
  const gaps = (): Promise<unknown[]> => sql.query('SELECT id FROM recent_audit WHERE after_gap').then(({ rows }) => rows);
  await sql.query("INSERT INTO modules (course_id, title) SELECT $1, 'm' || i FROM generate_series(1, 200) i", [course.id]);
  expect(await gaps()).toEqual([]);
  await sql.query("INSERT INTO modules (course_id, title) SELECT $1, 'm' || i FROM generate_series(1, 10000) i", [course.id]);
  expect(await newest('recent_audit', 'id')).toEqual(await newest('course_audit', 'id'));
  const last = await newest('recent_audit', 'id');
  expect(await gaps()).toEqual([last.at(-1)]);
});

test('F10 it forgets what the audit forgets: a course, a person, everything', async () => {
  const of = (where: string): Promise<number | null> =>
    sql.query(`SELECT FROM recent_audit WHERE ${where}`).then(({ rowCount }) => rowCount);
  await sql.query("SET elira.user_id = 'ann'; UPDATE lessons SET title = 'Ground'; RESET elira.user_id");
  expect(await of("changed_by = 'ann'")).toBeGreaterThan(0);
  await sql.query("DELETE FROM users WHERE id = 'ann'");
  expect(await of("changed_by = 'ann'")).toBe(0);
  expect(await of('course_id IS NOT NULL')).toBeGreaterThan(0);
  await sql.query('DELETE FROM courses');
  expect(await of('course_id IS NOT NULL')).toBe(0);
  expect(await of("entity_type = 'course' AND new_value IS NULL")).toBe(1);
  const [last] = (await newest('recent_audit', 'id')) as { id: string }[];
  await sql.query('DELETE FROM course_audit WHERE id = $1', [last?.id]);
  expect(await of(`id = '${last?.id}'`)).toBe(0);
  await sql.query('TRUNCATE course_audit');
  expect(await of('true')).toBe(0);
});
