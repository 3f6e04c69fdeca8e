import { sees } from '@elira/protocol';
import type { ScratchDatabase } from '@elira/testkit';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { one, positionNow, xidNow } from '../../fixture/history.ts';
import { noteDatabase, noteRules } from '../../fixture/notes.ts';
import { beginLocked } from './begin-locked.ts';

let database: ScratchDatabase;
let sql: pg.Client;

beforeAll(async () => {
  ({ database, client: sql } = await noteDatabase());
});
afterAll(() => database.drop());

test('S5 a snapshot that finds a table truncated contains the TRUNCATE', async () => {
  const reader = await database.client();
  await sql.query(`INSERT INTO note (id, owner) VALUES ('n', 'ann')`);
  await sql.query('BEGIN');
  const xid = await xidNow(sql);
  await sql.query('TRUNCATE note');
  const begun = beginLocked(reader, noteRules.tables);
  const other = await database.client();
  await expect.poll(() => one(other, 'SELECT count(*) FROM pg_locks WHERE NOT granted')).not.toBe('0');
  await sql.query('COMMIT');
  await begun;
  const position = await positionNow(reader);
  expect([await one(reader, 'SELECT count(*) FROM note'), sees(position, xid)]).toEqual(['0', true]);
  await reader.query('COMMIT');
});
