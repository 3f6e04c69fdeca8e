import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { scratchDatabase } from '@elira/testkit';
import type { ScratchDatabase } from '@elira/testkit';
import { migrate, pendingMigrations } from './migrate.ts';

let folder: string;
let database: ScratchDatabase;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'elira-migrations-'));
  database = await scratchDatabase('migrate');
});
afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

const file = (name: string, sql: string): Promise<void> => writeFile(join(folder, name), sql);
const run = (): Promise<readonly string[]> => migrate(database.connection, [folder]);

async function count(table: string): Promise<number> {
  const client = await database.client();
  const { rows } = await client.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
  return rows[0]?.count ?? -1;
}

test('PG20 files run once, in the order of their numbers', async () => {
  await file('0002_fill.sql', 'INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2);');
  await file('0001_table.sql', 'CREATE TABLE t (id int);');
  expect(await pendingMigrations(await database.client(), [folder])).toEqual(['0001_table.sql', '0002_fill.sql']);
  expect(await run()).toEqual(['0001_table.sql', '0002_fill.sql']);
  expect(await run()).toEqual([]);
  await file('0003_more.sql', 'INSERT INTO t VALUES (3) -- no semicolon');
  expect(await run()).toEqual(['0003_more.sql']);
  expect(await count('t')).toBe(3);
  expect(await pendingMigrations(await database.client(), [folder])).toEqual([]);
});

test('PG21 a file that fails leaves nothing behind, and is named with its line', async () => {
  await file('0001_table.sql', 'CREATE TABLE t (id int);');
  await file('0002_bad.sql', 'INSERT INTO t VALUES (1);\n\nINSERT INTO nowhere VALUES (1);');
  await expect(run()).rejects.toThrow(/0002_bad\.sql: PostgreSQL refused it at line 3: .*nowhere.*42P01/);
  expect(await count('t')).toBe(0);
  await file('0002_bad.sql', 'INSERT INTO t VALUES (1);');
  expect(await run()).toEqual(['0002_bad.sql']);
});

test('PG21 a file whose record cannot be written is undone with it', async () => {
  await file('0001_table.sql', 'CREATE TABLE t (id int);');
  await file('0002_unrecorded.sql', 'INSERT INTO t VALUES (1); ALTER TABLE migration.applied ADD CHECK (number <> 2);');
  await expect(run()).rejects.toThrow(/0002_unrecorded\.sql: PostgreSQL refused it.*23514/);
  expect(await count('t')).toBe(0);
});

test('PG22 a changed, missing or belated file is refused by name', async () => {
  await file('0001_a.sql', 'SELECT 1;');
  await file('0003_c.sql', 'SELECT 3;');
  await run();
  await file('0001_a.sql', 'SELECT 1;\r\n'.replace('\r\n', ''));
  await run();
  await file('0001_a.sql', 'SELECT 2;');
  await expect(run()).rejects.toMatchObject({ code: 'file_changed', message: expect.stringContaining('0001_a.sql') });
  await file('0001_a.sql', 'SELECT 1;');
  await file('0002_b.sql', 'SELECT 2;');
  await expect(run()).rejects.toMatchObject({ code: 'out_of_order', message: expect.stringContaining('0002_b.sql') });
  await unlink(join(folder, '0002_b.sql'));
  await unlink(join(folder, '0003_c.sql'));
  await expect(run()).rejects.toMatchObject({ code: 'file_missing', message: expect.stringContaining('0003_c.sql') });
});

test('PG23 what one file sets does not reach the next', async () => {
  await file('0001_a.sql', "CREATE SCHEMA other; SET search_path = other; SET statement_timeout = '1s';");
  await file('0002_b.sql', 'CREATE TABLE t (id int);');
  await run();
  expect(await count('public.t')).toBe(0);
});

test('PG24 servers that start at once run each file once', async () => {
  await file('0001_slow.sql', 'CREATE TABLE t (id int); SELECT pg_sleep(0.2); INSERT INTO t VALUES (1);');
  const runs = await Promise.all([run(), run(), run(), run()]);
  expect(runs.flat()).toEqual(['0001_slow.sql']);
  expect(await count('t')).toBe(1);
});

test('PG25 databases of one cluster may create the same role at once', async () => {
  const role = `race_${database.name}`;
  await file(
    '0001_role.sql',
    `
    DO $$ BEGIN
      IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '${role}') THEN PERFORM pg_sleep(0.1); CREATE ROLE ${role}; END IF;
    END $$;
    ALTER ROLE ${role} SET search_path = public;
    GRANT ${role} TO current_user;
    CREATE TABLE t (id int);`,
  );
  const others = await Promise.all([1, 2, 3].map(() => scratchDatabase('race')));
  const runs = await Promise.all([run(), ...others.map((other) => migrate(other.connection, [folder]))]);
  expect(runs).toEqual([1, 2, 3, 4].map(() => ['0001_role.sql']));
  await Promise.all(others.map((other) => other.drop()));
  await (await database.client()).query(`DROP ROLE ${role}`);
});
