import type { ScopeKey } from '@elira/protocol';
import { createSyncClient, type ConnectionStatus, type SyncClient } from '@elira/sync-client';
import { SwallowingProxy, type ScratchDatabase } from '@elira/testkit';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { noteDatabase, noteServer, owner, team, type NoteServer } from '../../fixture/notes.ts';
import { RawStream } from '../../fixture/raw-stream.ts';

const SOON = { timeout: 15_000 };
let database: ScratchDatabase;
let sql: pg.Client;
let server: NoteServer;
let proxy: SwallowingProxy;
const clients: SyncClient[] = [];

beforeAll(async () => {
  ({ database, client: sql } = await noteDatabase());
  server = await noteServer(database.connection, { limits: { heartbeatSeconds: 0.2 } });
  proxy = await SwallowingProxy.before(server.url);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.stop();
  await sql.query('DELETE FROM note; DELETE FROM member; DELETE FROM person');
  await vi.waitFor(() => {
    if (server.engine.metrics().connections !== 0) throw new Error('a connection stays open');
  }, SOON);
});
afterAll(async () => {
  await proxy?.close();
  await server?.stop();
  await database?.drop();
});

/** One poll, read to its end. */
async function poll(scopes: readonly ScopeKey[], query: string, headers: Record<string, string> = {}): Promise<RawStream> {
  const stream = new RawStream(server.url, scopes, { path: `/?${query}`, headers });
  await expect.poll(() => stream.closed || stream.body.endsWith('}'), SOON).toBe(true);
  stream.close();
  return stream;
}

const names = (stream: RawStream): string[] => stream.events.map(({ event }) => event);
const from = ({ cursor }: RawStream): string => `cursor=${encodeURIComponent(cursor ?? '')}`;

test('Y3 a poll is a stream that ends with the first thing it says, and the next one goes on from its cursor', async () => {
  await sql.query(`INSERT INTO note (id, owner, body) VALUES ('n1', 'ann', 'before')`);
  const first = await poll([owner('ann')], 'wait=5');
  expect([names(first), first.deltas[0]?.reset]).toEqual([['hello', 'batch'], true]);
  await sql.query(`UPDATE note SET body = 'after' WHERE id = 'n1'`);
  const second = await poll([owner('ann')], `wait=5&${from(first)}`);
  expect([names(second), second.deltas]).toEqual([
    ['hello', 'batch'],
    [{ scope: owner('ann'), put: { note: [['n1', expect.objectContaining({ body: 'after' })]] } }],
  ]);
  const quiet = await poll([owner('ann')], `wait=0&${from(second)}`);
  expect(names(quiet)).toEqual(['hello', 'heartbeat']);
});

test('Y3 a quiet client is kept waiting for as long as it asked, and told as soon as something happens', async () => {
  const first = await poll([owner('ann')], 'wait=0');
  const beats = server.engine.metrics().heartbeats;
  const waited = await poll([owner('ann')], `wait=1&${from(first)}`);
  expect(names(waited)).toEqual(['hello', 'heartbeat']);
  expect(server.engine.metrics().heartbeats - beats).toBeGreaterThan(1);
  const told = new RawStream(server.url, [owner('ann')], { path: `/?wait=20&${from(waited)}` });
  await expect.poll(() => server.engine.metrics().connections, SOON).toBe(1);
  await sql.query(`INSERT INTO note (id, owner, body) VALUES ('n2', 'ann', 'news')`);
  await expect.poll(() => told.closed, SOON).toBe(true);
  expect(names(told)).toEqual(['hello', 'batch']);
});

test('Y3 a withdrawal ends a poll at once', async () => {
  await sql.query(`INSERT INTO member (person, team) VALUES ('ann', 'red')`);
  const first = await poll([], 'wait=0', { 'x-user': 'ann' });
  const waiting = new RawStream(server.url, [], { path: `/?wait=20&${from(first)}`, headers: { 'x-user': 'ann' } });
  await expect.poll(() => server.engine.metrics().connections, SOON).toBe(1);
  await sql.query(`DELETE FROM member`);
  await expect.poll(() => waiting.closed, SOON).toBe(true);
  expect(waiting.named('withdraw').map(({ data }) => JSON.parse(data[0] ?? ''))).toEqual([{ scopes: [team('red')] }]);
});

test('Y3 what is no number of seconds is refused', async () => {
  for (const wait of ['-1', '21', 'x', '1.5', '']) {
    const refused = await poll([owner('ann')], `wait=${wait}`);
    expect([refused.status, JSON.parse(refused.body).code]).toEqual([400, 'invalid_request']);
  }
});

test('Y4 a request that takes itself for somebody else’s is refused', async () => {
  const mistaken = await poll([], 'user=bob&wait=0', { 'x-user': 'ann' });
  expect([mistaken.status, JSON.parse(mistaken.body).code]).toEqual([401, 'not_signed_in']);
  const nobody = await poll([owner('ann')], 'user=bob&wait=0');
  expect(nobody.status).toBe(401);
  expect(names(await poll([], 'user=ann&wait=0', { 'x-user': 'ann' }))).toContain('hello');
});

test('K53 Y3 behind a proxy that holds every answer back until its end, a client is kept up all the same (F8)', async () => {
  await sql.query(`INSERT INTO member (person, team) VALUES ('ann', 'red')`);
  await sql.query(`INSERT INTO note (id, team, body) VALUES ('n1', 'red', 'first')`);
  const seen: ConnectionStatus[] = [];
  const client = createSyncClient({ url: `${proxy.url}/`, headers: { 'x-user': 'ann' }, silenceMs: 4000 });
  clients.push(client);
  client.subscribeStatus(() => seen.push(client.status));
  client.start();
  const bodies = (): unknown[] =>
    client
      .table('note')
      .all()
      .map((row) => row['body']);
  await expect.poll(bodies, SOON).toEqual(['first']);
  expect(client.status).toBe('live');
  for (const body of ['second', 'third']) {
    await sql.query(`UPDATE note SET body = $1 WHERE id = 'n1'`, [body]);
    await expect.poll(bodies, SOON).toEqual([body]);
  }
  await sql.query('DELETE FROM member');
  await expect.poll(bodies, SOON).toEqual([]);
  await sql.query(`INSERT INTO member (person, team) VALUES ('ann', 'red')`);
  await expect.poll(bodies, SOON).toEqual(['third']);
  expect(seen.filter((status) => status === 'waiting' || status === 'stopped')).toEqual([]);
});
