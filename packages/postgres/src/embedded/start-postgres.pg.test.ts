import { mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { postgresProcess } from '../../../../tests/setup/postgres-process.ts';
import { temporaryFolder } from '../../../../tests/setup/temporary-folder.ts';
import { whyNoCluster } from '@elira/testkit';
import type { RunningPostgres } from './running-postgres.ts';
import { startPostgres } from './start-postgres.ts';
import type { StartOptions } from './start-postgres.ts';

let folder: { readonly path: string; remove(): Promise<void> };
const running: RunningPostgres[] = [];

beforeEach(async () => {
  folder = await temporaryFolder('start');
});
afterEach(async () => {
  for (const postgres of running.splice(0)) await postgres.stop();
  await folder.remove();
});

/** Only the first test looks at the durable settings; the others need not wait for the disk. */
const QUICK = { fsync: 'off' };

async function start(options: Partial<StartOptions> = {}): Promise<RunningPostgres> {
  const postgres = await startPostgres({
    dataFolder: join(folder.path, 'db'),
    ...options,
    settings: { ...QUICK, ...options.settings },
  });
  running.push(postgres);
  return postgres;
}

async function ask(target: string | pg.ClientConfig, sql: string): Promise<unknown> {
  const client = new pg.Client(target);
  await client.connect();
  try {
    return (await client.query(sql)).rows[0];
  } finally {
    await client.end();
  }
}

test('PG1 an absent folder becomes a durable PostgreSQL 18, UTF-8, ordered by code point, with the database elira', async () => {
  const postgres = await startPostgres({ dataFolder: join(folder.path, 'db') });
  running.push(postgres);
  expect(postgres.adopted).toBe(false);
  expect(await ask(postgres.url, 'SELECT current_database() AS db, current_user AS who')).toEqual({
    db: 'elira',
    who: 'postgres',
  });
  expect(await ask(postgres.connection, "SELECT current_setting('server_version_num')::int / 10000 AS major")).toEqual({
    major: 18,
  });
  const settings = ['fsync', 'synchronous_commit', 'full_page_writes', 'server_encoding'];
  for (const name of settings)
    expect(await ask(postgres.url, `SELECT current_setting('${name}') AS value`)).toEqual({
      value: name === 'server_encoding' ? 'UTF8' : 'on',
    });
  expect(await ask(postgres.url, "SELECT 'Z' < 'a' AND 'z' < 'ä' AND lower('Ä') = 'ä' AS ours")).toEqual({ ours: true });
});

test('PG2 a second start finds the data of the first, and settings of ALTER SYSTEM', async () => {
  const first = await start();
  await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await ask(first.url, "ALTER SYSTEM SET work_mem = '5MB'");
  await first.stop();
  await first.stop();
  const second = await start({ settings: { maintenance_work_mem: '33MB' } });
  expect(second.adopted).toBe(false);
  expect(
    await ask(
      second.url,
      "SELECT answer, current_setting('work_mem') AS w, current_setting('maintenance_work_mem') AS m FROM kept",
    ),
  ).toEqual({ answer: 42, w: '5MB', m: '33MB' });
});

test('PG10 it listens on its socket alone, in a short folder that only its user may enter', async () => {
  const postgres = await start();
  expect(Buffer.byteLength(join(postgres.connection.host, '.s.PGSQL.5432'))).toBeLessThan(104);
  expect((await stat(postgres.connection.host)).mode & 0o777).toBe(0o700);
  expect(await ask(postgres.url, "SELECT current_setting('listen_addresses') AS a")).toEqual({ a: '' });
  expect(postgres.tcpUrl).toBeUndefined();
  await postgres.stop();
  await expect(stat(postgres.connection.host)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('PG10 a long temporary folder is passed over for the socket', async () => {
  const long = join(folder.path, 'x'.repeat(100));
  await mkdir(long);
  const other = await postgresProcess(
    { dataFolder: join(folder.path, 'db'), settings: QUICK },
    { env: { ...process.env, TMPDIR: long } },
  );
  expect(other.started.url).toMatch(/host=\/(var\/)?tmp\/elira-/);
  expect(await other.query('SELECT 1 AS one')).toEqual({ one: 1 });
  await other.stop();
});

test('PG11 over TCP it asks for a password; the port is below 32768, and a taken one is said', async () => {
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const postgres = await start({ port });
  expect(await ask(postgres.tcpUrl ?? '', 'SELECT 1 AS one')).toEqual({ one: 1 });
  await expect(
    ask({ host: '127.0.0.1', port, user: 'postgres', database: 'elira', password: 'guess' }, 'SELECT 1'),
  ).rejects.toMatchObject({ code: '28P01' });
  await expect(startPostgres({ dataFolder: join(folder.path, 'other'), port: 40_000 })).rejects.toMatchObject({
    code: 'port_unsuitable',
  });
  await postgres.stop();
  const holder = createServer().listen(port, '127.0.0.1');
  await expect(start({ port })).rejects.toMatchObject({
    code: 'port_taken',
    remedy: expect.stringContaining('choose another port'),
  });
  await new Promise((resolve) => holder.close(resolve));
  expect((await start({ port })).adopted).toBe(false);
});

test('PG13 spaces, quotes, commas and umlauts in the path are no matter', async () => {
  const postgres = await start({ dataFolder: join(folder.path, `Ä "b", c's $HOME %20 data`) });
  expect(await ask(postgres.url, "SELECT current_setting('data_directory') AS d")).toEqual({
    d: join(folder.path, `Ä "b", c's $HOME %20 data`, 'data'),
  });
  const odd = join(folder.path, `t, 'm p`);
  await mkdir(odd, { mode: 0o755 });
  const other = await postgresProcess(
    { dataFolder: join(folder.path, 'db2'), settings: QUICK },
    { env: { ...process.env, TMPDIR: odd } },
  );
  expect(await other.query('SELECT 1 AS one')).toEqual({ one: 1 });
  await other.stop();
});

test("PG14 Ctrl-C reaches us alone: PostgreSQL is not in the terminal's process group", async () => {
  const other = await postgresProcess({ dataFolder: join(folder.path, 'db'), settings: QUICK }, { detached: true });
  process.kill(-(other.child.pid ?? 0), 'SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await other.query('SELECT 1 AS one')).toEqual({ one: 1 });
  await other.stop();
});

describe.skipIf((await whyNoCluster(14)) !== undefined)('with npm 14', () => {
  test('PG15 a folder of another major version is refused with both numbers', async () => {
    const old = await start({ major: 14 });
    expect(await ask(old.url, "SELECT current_setting('server_version_num')::int / 10000 AS major")).toEqual({ major: 14 });
    await old.stop();
    await expect(start()).rejects.toMatchObject({
      code: 'wrong_major',
      message: expect.stringMatching(/written by PostgreSQL 14; this is PostgreSQL 18/),
    });
  });
});

test('PG15 a file in the way, and a folder that is no cluster, are said by name', async () => {
  await writeFile(join(folder.path, 'file'), '');
  await expect(start({ dataFolder: join(folder.path, 'file') })).rejects.toMatchObject({
    code: 'folder_not_writable',
    message: expect.stringContaining('ELIRA_DATA'),
  });
  await mkdir(join(folder.path, 'odd', 'data'), { recursive: true });
  await expect(start({ dataFolder: join(folder.path, 'odd') })).rejects.toThrow(/is not a PostgreSQL data folder/);
});

test('PG15 a setting that PostgreSQL refuses shows its own words', async () => {
  await expect(start({ settings: { shared_buffers: 'many' } })).rejects.toMatchObject({
    code: 'start_failed',
    message: expect.stringContaining('shared_buffers'),
  });
  expect((await start()).adopted).toBe(false);
});

test('PG18 a log above its limit is cut', async () => {
  const first = await start();
  await first.stop();
  await truncate(first.logFile, 17 * 1024 * 1024);
  const second = await start();
  expect((await stat(second.logFile)).size).toBeLessThan(100_000);
  expect(await readFile(second.logFile, 'utf8')).toContain('ready to accept connections');
});

test('PG19 the environment of whoever starts it changes nothing', async () => {
  // The loader would take this one for the server's own, and stumble over it.
  await writeFile(join(folder.path, 'libicuuc.so.60'), 'no library');
  const env = {
    ...process.env,
    PGPORT: '1',
    PGDATA: '/nowhere',
    PGHOST: '/nowhere',
    PGUSER: 'nobody',
    PGDATABASE: 'nothing',
    LC_ALL: 'xx_YY',
    TZ: 'Asia/Tokyo',
    LD_LIBRARY_PATH: folder.path,
  };
  const other = await postgresProcess({ dataFolder: join(folder.path, 'db'), settings: QUICK }, { env });
  expect(
    await other.query("SELECT current_database() AS db, current_setting('TimeZone') AS tz, current_setting('port') AS port"),
  ).toEqual({ db: 'elira', tz: 'UTC', port: '5432' });
  await other.stop();
});
