import { SyncClient } from '@elira/sync-client';
import type { ScopeKey } from '@elira/protocol';
import type { ScratchDatabase } from '@elira/testkit';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { board, noteDatabase, noteServer, owner, publicNotes, team, type NoteServer } from '../fixture/notes.ts';

let database: ScratchDatabase;
let sql: pg.Client;
let server: NoteServer;
const clients: SyncClient[] = [];

beforeAll(async () => {
  ({ database, client: sql } = await noteDatabase());
  server = await noteServer(database.connection);
});
afterEach(async () => {
  clients.splice(0).forEach((client) => client.stop());
  await sql.query('TRUNCATE note; DELETE FROM tick');
});
afterAll(async () => {
  await server?.stop();
  await database?.drop();
});

function follow(scopes: readonly ScopeKey[]): SyncClient {
  const client = new SyncClient({ url: `${server.url}/`, headers: { 'x-scopes': scopes.join(' ') } });
  clients.push(client);
  client.start();
  return client;
}

const rows = (client: SyncClient, table = 'note'): unknown[] =>
  client
    .table(table)
    .all()
    .map((row) => ({ ...row }));

test('a commit reaches the stores of the scopes concerned, under their masks, and no other', async () => {
  const ann = follow([owner('ann')]);
  const red = follow([team('red')]);
  const bob = follow([owner('bob'), publicNotes]);
  await expect.poll(() => clients.map((client) => client.status)).toEqual(['live', 'live', 'live']);
  await sql.query(`INSERT INTO note (id, owner, team, body, secret) VALUES ('n1', 'ann', 'red', 'hello', 's3cret')`);
  await expect
    .poll(() => rows(ann))
    .toEqual([{ id: 'n1', owner: 'ann', team: 'red', body: 'hello', secret: 's3cret', version: 1 }]);
  await expect.poll(() => rows(red)).toEqual([{ id: 'n1', owner: 'ann', body: 'hello', version: 1 }]);
  expect(rows(bob)).toEqual([]);
  await sql.query(`UPDATE note SET owner = 'bob', is_public = true, version = 2 WHERE id = 'n1'`);
  await expect
    .poll(() => rows(bob))
    .toEqual([{ id: 'n1', owner: 'bob', team: 'red', body: 'hello', secret: 's3cret', version: 2 }]);
  await expect.poll(() => rows(ann)).toEqual([]);
  await sql.query(`DELETE FROM note`);
  await expect.poll(() => [rows(bob), rows(red)]).toEqual([[], []]);
});

test('a client that comes later starts from a snapshot and goes on with batches', async () => {
  await sql.query(`INSERT INTO note (id, owner, body) SELECT 'n' || g, 'ann', 'body ' || g FROM generate_series(1, 100) g`);
  await sql.query(`INSERT INTO tick (id, board, count) VALUES (9007199254740993, 'b', 9007199254740995)`);
  const ann = follow([owner('ann'), board('b')]);
  await expect.poll(() => rows(ann).length).toBe(100);
  await expect.poll(() => rows(ann, 'tick')).toEqual([{ id: '9007199254740993', board: 'b', count: '9007199254740995' }]);
  await sql.query(`UPDATE tick SET count = 2`);
  await expect.poll(() => rows(ann, 'tick').map((row) => (row as { count: string }).count)).toEqual(['2']);
  await sql.query('TRUNCATE note');
  await expect.poll(() => rows(ann).length).toBe(0);
});

test('a returning client goes on from its cursor', async () => {
  const ann = follow([owner('ann')]);
  await expect.poll(() => ann.status).toBe('live');
  ann.stop();
  await sql.query(`INSERT INTO note (id, owner, body) VALUES ('n1', 'ann', 'while away')`);
  const before = server.engine.metrics().resumed.ring;
  ann.start();
  await expect.poll(() => rows(ann).length).toBe(1);
  expect(server.engine.metrics().resumed.ring).toBe(before + 1);
});

test('R7 a server that sees no heartbeat captured is not fresh, and is again when capture is mended', async () => {
  const other = await noteServer(database.connection, { limits: { heartbeatSeconds: 0.1, staleSeconds: 0.5 } });
  try {
    await sql.query('ALTER TABLE sync.heartbeat DISABLE TRIGGER sync_capture_update');
    await expect
      .poll(() => other.engine.health(), { timeout: 10_000 })
      .toMatchObject({ fresh: false, problem: { code: 'reader_stale' } });
    const refused = await fetch(other.url, { headers: { 'x-scopes': owner('ann') } });
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([503, 'reader_stale']);
    await sql.query('ALTER TABLE sync.heartbeat ENABLE ALWAYS TRIGGER sync_capture_update');
    await expect.poll(() => other.engine.health().fresh, { timeout: 10_000 }).toBe(true);
  } finally {
    await sql.query('ALTER TABLE sync.heartbeat ENABLE ALWAYS TRIGGER sync_capture_update');
    await other.stop();
  }
});
