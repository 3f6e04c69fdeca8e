import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type pg from 'pg';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { prepareDatabase } from '../database/prepare-database.ts';

let database: ScratchDatabase;
let sql: pg.Client;

beforeAll(async () => {
  database = await scratchDatabase('publication');
  await prepareDatabase(database.connection, () => undefined);
  sql = await database.client();
});
afterAll(() => database.drop());
beforeEach(() => sql.query('DELETE FROM courses'));

type Course = {
  id: string;
  version: number;
  is_draft: boolean;
  is_published: boolean;
  published_at: Date | null;
  last_modified: Date;
  previous_version: Record<string, unknown> | null;
};

async function newCourse(title = 'Sensors', description = 'How to measure'): Promise<string> {
  const { rows } = await sql.query<{ id: string }>('INSERT INTO courses (title, description) VALUES ($1, $2) RETURNING id', [
    title,
    description,
  ]);
  return rows[0]?.id ?? '';
}

async function course(id: string): Promise<Course> {
  const { rows } = await sql.query<Course>('SELECT * FROM courses WHERE id = $1', [id]);
  if (rows[0] === undefined) throw new Error('the course is gone');
  return rows[0];
}

/** Whether each published row is an exact copy of the columns that course and copy share; compared by PostgreSQL itself. */
async function copies(): Promise<{ id: string; exact: boolean }[]> {
  const { rows } = await sql.query<{ id: string; exact: boolean }>(`
    SELECT p.id, (p.title, p.description, p.version, p.published_at, p.last_modified)
      IS NOT DISTINCT FROM (c.title, c.description, c.version, c.published_at, c.last_modified) AS exact
    FROM published_courses p LEFT JOIN courses c ON c.id = p.id ORDER BY p.id`);
  return rows;
}

test("L1 the mission's own transaction publishes", async () => {
  const id = await newCourse('Sensors 😀', "It's 'quoted'\nand\tlong");
  await sql.query('BEGIN');
  await sql.query('UPDATE courses SET is_published = true, published_at = now() WHERE id = $1', [id]);
  expect(await copies()).toEqual([{ id, exact: true }]);
  await sql.query('COMMIT');
  const now = await course(id);
  expect(now).toMatchObject({ is_published: true, is_draft: false, version: 1 });
  expect(now.published_at).toBeInstanceOf(Date);
  const versions = await sql.query(
    `SELECT v.version, r.content FROM course_versions v JOIN course_version_entries e USING (course_id, version)
     JOIN revisions r USING (entity_type, entity_id, revision) WHERE v.course_id = $1`,
    [id],
  );
  expect(versions.rows).toEqual([{ version: 1, content: { title: 'Sensors 😀', description: "It's 'quoted'\nand\tlong" } }]);
});

test('L1 a rolled-back publication leaves nothing', async () => {
  const id = await newCourse();
  await sql.query('BEGIN');
  await sql.query('UPDATE courses SET is_published = true WHERE id = $1', [id]);
  await sql.query('ROLLBACK');
  expect(await copies()).toEqual([]);
  expect((await course(id)).published_at).toBeNull();
  expect((await sql.query('SELECT FROM course_versions WHERE course_id = $1', [id])).rowCount).toBe(0);
});

test('L1 publish_course publishes a course that is not live', async () => {
  const id = await newCourse();
  await sql.query('SELECT publish_course($1)', [id]);
  expect(await copies()).toEqual([{ id, exact: true }]);
  await expect(sql.query('SELECT publish_course(gen_random_uuid())')).rejects.toThrow(/there is no course/);
});

test('L2 unpublishing removes the row, by the switch and by the function', async () => {
  const [one, two] = [await newCourse(), await newCourse()];
  await sql.query('UPDATE courses SET is_published = true');
  await sql.query('UPDATE courses SET is_published = false WHERE id = $1', [one]);
  expect(await copies()).toEqual([{ id: two, exact: true }]);
  expect(await course(one)).toMatchObject({ is_published: false, is_draft: true });
  await sql.query('SELECT unpublish_course($1)', [two]);
  expect(await copies()).toEqual([]);
});

test('L2 the published row exists exactly while the course is published, whatever the statement', async () => {
  const inserted = await sql.query<{ id: string }>(
    "INSERT INTO courses (title, description, is_published) VALUES ('a', 'b', true) RETURNING id",
  );
  const id = inserted.rows[0]?.id ?? '';
  expect(await copies()).toEqual([{ id, exact: true }]);
  const other = await sql.query<{ id: string }>('UPDATE courses SET id = uuid_v7() WHERE id = $1 RETURNING id', [id]);
  const moved = other.rows[0]?.id ?? '';
  expect((await copies()).map((copy) => copy.id)).toEqual([moved]);
  await expect(sql.query('UPDATE courses SET id = uuid_v7(), is_published = false WHERE id = $1', [moved])).rejects.toThrow(
    'cannot be published or unpublished',
  );
  expect((await copies()).map((copy) => copy.id)).toEqual([moved]);
  await sql.query('UPDATE courses SET is_published = false WHERE id = $1', [moved]);
  expect(await copies()).toEqual([]);
  await sql.query(`INSERT INTO courses (id, title, description) SELECT id, 'again', '' FROM courses
    ON CONFLICT (id) DO UPDATE SET is_published = true, title = excluded.title`);
  expect((await copies()).map((copy) => copy.exact)).toEqual([true]);
  await sql.query('DELETE FROM courses');
  expect(await copies()).toEqual([]);
});

test('L3 edits of a live course wait for the next publication', async () => {
  const id = await newCourse('first');
  await sql.query('UPDATE courses SET is_published = true WHERE id = $1', [id]);
  const live = await course(id);
  await sql.query("UPDATE courses SET title = 'second' WHERE id = $1", [id]);
  expect(await course(id)).toMatchObject({ is_draft: true, is_published: true, version: 2 });
  expect((await sql.query('SELECT title FROM published_courses')).rows).toEqual([{ title: 'first' }]);
  await sql.query('SELECT publish_course($1)', [id]);
  expect(await copies()).toEqual([{ id, exact: true }]);
  const again = await course(id);
  expect(again).toMatchObject({ is_draft: false, version: 2 });
  expect(again.published_at).toEqual(live.published_at);
  const versions = await sql.query('SELECT version FROM course_versions WHERE course_id = $1 ORDER BY version', [id]);
  expect(versions.rows).toEqual([{ version: 1 }, { version: 2 }]);
});

test('L3 an edit that is taken back is no draft any more', async () => {
  const id = await newCourse('first');
  await sql.query('UPDATE courses SET is_published = true WHERE id = $1', [id]);
  await sql.query("UPDATE courses SET title = 'second' WHERE id = $1", [id]);
  await sql.query("UPDATE courses SET title = 'first' WHERE id = $1", [id]);
  expect(await course(id)).toMatchObject({ is_draft: false, version: 3 });
});

test('L3 publishing what is published already changes nothing', async () => {
  const id = await newCourse();
  await sql.query('UPDATE courses SET is_published = true WHERE id = $1', [id]);
  const before = await sql.query('SELECT ctid, xmin FROM published_courses');
  await sql.query('SELECT publish_course($1)', [id]);
  await sql.query('UPDATE courses SET is_published = true WHERE id = $1', [id]);
  expect((await sql.query('SELECT ctid, xmin FROM published_courses')).rows).toEqual(before.rows);
});

test('L4 what a statement writes into kept columns is overruled', async () => {
  const forged = await sql.query<{
    id: string;
  }>(`INSERT INTO courses (title, description, version, is_draft, published_at, previous_version, last_modified)
    VALUES ('a', 'b', 77, false, '2001-01-01', '{"forged": true}', '2001-01-01') RETURNING id`);
  const id = forged.rows[0]?.id ?? '';
  const inserted = await course(id);
  expect(inserted).toMatchObject({ version: 1, is_draft: true, published_at: null, previous_version: null });
  expect(inserted.last_modified.getFullYear()).toBeGreaterThan(2001);
  await sql.query(
    `UPDATE courses SET version = 99, is_draft = false, published_at = '2001-01-01', previous_version = '{"forged": true}', last_modified = '2001-01-01'`,
  );
  expect(await course(id)).toEqual(inserted);
});

test("L4 the mission's locked update counts one version and keeps the one before", async () => {
  const id = await newCourse('first', 'text');
  const locked = 'UPDATE courses SET title = $2, version = version + 1, last_modified = now() WHERE id = $1 AND version = $3';
  expect((await sql.query(locked, [id, 'second', 1])).rowCount).toBe(1);
  expect((await sql.query(locked, [id, 'third', 1])).rowCount).toBe(0);
  const now = await course(id);
  expect(now.version).toBe(2);
  expect(now.previous_version).toMatchObject({ version: 1, title: 'first', description: 'text', modifiedBy: null });
});

test('L4 synchronisation marks are no change of the course', async () => {
  const id = await newCourse();
  const before = await course(id);
  await sql.query("UPDATE courses SET sync_status = 'synced', last_synced_at = now() WHERE id = $1", [id]);
  const { version, last_modified: lastModified } = await course(id);
  expect({ version, lastModified }).toEqual({ version: 1, lastModified: before.last_modified });
});

test('L7 ten thousand courses are published by a few statements', async () => {
  await sql.query("INSERT INTO courses (title, description) SELECT 'course ' || i, 'text' FROM generate_series(1, 10000) i");
  await sql.query('BEGIN');
  await sql.query('UPDATE courses SET is_published = true');
  // Each capture statement at the second level is one statement of the publication.
  const captured = await sql.query<{ table_id: number; rows: string }>(
    'SELECT table_id, count(*) AS rows FROM sync.change WHERE xid = pg_current_xact_id() GROUP BY table_id ORDER BY table_id',
  );
  const commands = await sql.query<{ commands: string }>(
    'SELECT count(DISTINCT cmin::text) AS commands FROM published_courses',
  );
  await sql.query('COMMIT');
  expect(captured.rows).toEqual([
    { table_id: 1, rows: '10000' },
    { table_id: 2, rows: '10000' },
    { table_id: 23, rows: '10000' },
    // The newest entries of the audit, however many there are.
    { table_id: 29, rows: '200' },
  ]);
  expect(commands.rows).toEqual([{ commands: '1' }]);
  expect((await sql.query('SELECT FROM published_courses')).rowCount).toBe(10_000);
});

test('L1 two people who publish and edit at once lose nothing', async () => {
  const id = await newCourse('first');
  await sql.query('UPDATE courses SET is_published = true WHERE id = $1', [id]);
  const other = await database.client();
  await sql.query('BEGIN');
  await sql.query("UPDATE courses SET title = 'second' WHERE id = $1", [id]);
  const publishing = other.query('SELECT publish_course($1)', [id]);
  await sql.query('COMMIT');
  await publishing;
  expect(await copies()).toEqual([{ id, exact: true }]);
  expect(await course(id)).toMatchObject({ is_draft: false, version: 2 });
});

test('L8 keys made here are UUIDs of version 7, in the order of their making, and none twice', async () => {
  const { rows } = await sql.query<{ id: string; at: string }>(
    'SELECT uuid_v7()::text AS id, (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS at FROM generate_series(1, 20000)',
  );
  const ids = rows.map(({ id }) => id);
  expect(new Set(ids).size).toBe(20_000);
  expect(ids.filter((id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toEqual([]);
  // The first 60 bits but the version; what was made within one quarter of a microsecond has no order.
  const times = ids.map((id) => id.slice(0, 18));
  expect(times).toEqual(times.toSorted());
  for (const { id, at } of rows.slice(0, 100))
    expect(Math.abs(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) - Number(at))).toBeLessThan(1000);
});
