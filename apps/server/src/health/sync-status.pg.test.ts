import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectionUrl } from '@elira/postgres';
import { scratchDatabase, type ScratchDatabase } from '@elira/testkit';
import { frozenReader, type FrozenReader } from '../../fixture/frozen-reader.ts';
import { readConfig } from '../config.ts';
import { startServer, type RunningServer } from '../start-server.ts';

const SOON = { timeout: 15_000, interval: 50 };
const course = '01930000-0000-7000-8000-00000000c001';
let database: ScratchDatabase;
let folder: string;
let sql: pg.Client;
let proxy: FrozenReader;
const servers: RunningServer[] = [];

beforeAll(async () => {
  [database, folder] = await Promise.all([scratchDatabase('status'), mkdtemp(join(tmpdir(), 'elira-status-'))]);
  const { host, port } = database.connection;
  proxy = await frozenReader({ host, port });
  const slow = connectionUrl({ ...database.connection, host: '127.0.0.1', port: proxy.port });
  servers.push(await serve(database.url), await serve(slow));
  sql = await database.client();
});
afterAll(async () => {
  proxy.frozen = false;
  for (const server of servers) await server.stop();
  await proxy?.close();
  await database?.drop();
  await rm(folder, { recursive: true });
});

async function serve(url: string): Promise<RunningServer> {
  const config = readConfig({ PORT: '0', ELIRA_DATA: folder, DATABASE_URL: url, NODE_ENV: 'test' });
  return await startServer(config, pino({ level: 'silent' }), () => undefined);
}

type Status = {
  readonly status: string;
  readonly shown: string;
  readonly at: Date | null;
  readonly ms: number | null;
  readonly error: string | null;
};

async function statusOf(id: string): Promise<Status | undefined> {
  const { rows } = await sql.query<Status>(
    `SELECT s.status, c.sync_status AS shown, c.last_synced_at AS at, s.sync_duration AS ms, s.error_message AS error
     FROM courses c JOIN sync_status s ON s.entity_type = 'course' AND s.entity_id = c.id WHERE c.id = $1`,
    [id],
  );
  return rows[0];
}

const words = async (): Promise<string> => {
  const found = await statusOf(course);
  return `${found?.status} ${found?.shown}`;
};

test('O2 a course is pending from the commit until every running server has read it', async () => {
  await sql.query(`INSERT INTO courses (id, title, description) VALUES ($1, 'Tides', 'Water')`, [course]);
  await expect.poll(words, SOON).toBe('success synced');
  const first = await statusOf(course);
  expect(first?.ms).toBeGreaterThanOrEqual(0);
  expect(first?.ms).toBeLessThan(15_000);

  proxy.frozen = true;
  await sql.query(`UPDATE courses SET title = 'Tides and waves' WHERE id = $1`, [course]);
  expect(await words()).toBe('pending pending');
  // The other server has read it long ago, and has had its turns.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  expect(await words()).toBe('pending pending');
  expect((await statusOf(course))?.at).toEqual(first?.at);

  proxy.frozen = false;
  await expect.poll(words, { timeout: 30_000, interval: 100 }).toBe('success synced');
  const second = await statusOf(course);
  expect(second?.ms).toBeGreaterThanOrEqual(3_000);
  expect(second?.at?.getTime()).toBeGreaterThan(first?.at?.getTime() ?? 0);
});

test('O2 what is in a course counts as the course, and no author waits for another', async () => {
  const other = await database.client();
  await sql.query('BEGIN');
  await sql.query(`INSERT INTO modules (course_id, title, position) VALUES ($1, 'One', 'a0')`, [course]);
  await other.query(`SET statement_timeout = '5s'`);
  await other.query(`INSERT INTO modules (course_id, title, position) VALUES ($1, 'Two', 'a1')`, [course]);
  await other.query(`UPDATE courses SET description = 'Salt water' WHERE id = $1`, [course]);
  await sql.query('COMMIT');
  expect(await words()).toBe('pending pending');
  await expect.poll(words, SOON).toBe('success synced');
  await sql.query(`UPDATE modules SET title = title WHERE course_id = $1`, [course]);
  expect(await words()).toBe('success synced');
});

test('O2 ten thousand courses are settled in bulk, and what was settled brings about nothing more', async () => {
  await sql.query(`INSERT INTO courses (title, description) SELECT 'c' || i, 'd' FROM generate_series(1, 10000) i`);
  const left = async (): Promise<number> =>
    (await sql.query(`SELECT FROM sync_status WHERE status <> 'success'`)).rowCount ?? -1;
  expect(await left()).toBeGreaterThan(0);
  await expect.poll(left, { timeout: 60_000, interval: 200 }).toBe(0);
  const changes = async (): Promise<unknown> =>
    (
      await sql.query(
        `SELECT count(*) FROM sync.change c JOIN sync.captured_table t USING (table_id) WHERE t.relation = 'sync_status'::regclass`,
      )
    ).rows;
  const before = await changes();
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(await changes()).toEqual(before);
  expect((await sql.query('SELECT FROM sync_pending')).rowCount).toBe(0);
  await sql.query(`DELETE FROM courses WHERE title LIKE 'c%'`);
  await expect
    .poll(async () => (await sql.query('SELECT FROM sync_status')).rowCount, SOON)
    .toBe((await sql.query('SELECT FROM courses')).rowCount);
});

test('O4 a server takes its leave, and one that is not seen for 30 s does not count', async () => {
  expect((await sql.query('SELECT FROM sync_servers')).rowCount).toBe(2);
  await sql.query(
    `INSERT INTO sync_servers (id, seen_at, position) VALUES (gen_random_uuid(), now() - interval '31 s', '1:1:')`,
  );
  await sql.query(`UPDATE courses SET description = 'Again' WHERE id = $1`, [course]);
  await expect.poll(words, SOON).toBe('success synced');
  await expect.poll(async () => (await sql.query('SELECT FROM sync_servers')).rowCount, { timeout: 20_000 }).toBe(2);
  await servers.pop()?.stop();
  expect((await sql.query('SELECT FROM sync_servers')).rowCount).toBe(1);
});
