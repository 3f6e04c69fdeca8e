import type { Socket } from 'node:net';
import type { ScopeKey } from '@elira/protocol';
import type { ScratchDatabase } from '@elira/testkit';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { noteDatabase, noteServer, owner, publicNotes, team, type NoteServer } from '../../fixture/notes.ts';
import { RawStream } from '../../fixture/raw-stream.ts';

/* What other sync engines shipped, and what of it concerns the stream: see the table in docs/trials.md. */

let database: ScratchDatabase;
let sql: pg.Client;
let server: NoteServer;
const streams: RawStream[] = [];
const servers: NoteServer[] = [];

beforeAll(async () => {
  ({ database, client: sql } = await noteDatabase());
  server = await noteServer(database.connection);
});
afterEach(async () => {
  streams.splice(0).forEach((stream) => stream.close());
  for (const extra of servers.splice(0)) await extra.stop();
  await sql.query('DELETE FROM note; DELETE FROM member');
});
afterAll(async () => {
  await server?.stop();
  await database?.drop();
});

type Request = ConstructorParameters<typeof RawStream>[2];
function open(scopes: readonly ScopeKey[], request: Request = {}, on: NoteServer = server): RawStream {
  const stream = new RawStream(on.url, scopes, request);
  streams.push(stream);
  return stream;
}

async function live(stream: RawStream): Promise<RawStream> {
  await expect.poll(() => stream.cursor).toBeDefined();
  return stream;
}

const resumed = (stream: RawStream): string =>
  (JSON.parse(stream.named('hello')[0]?.data[0] ?? '{}') as { resumed: string }).resumed;
const bodies = (stream: RawStream): unknown[] =>
  stream.deltas.flatMap((delta) => (delta.put?.['note'] ?? []).map(([, row]) => row['body']));
const withdrawn = (stream: RawStream): string[] =>
  stream.named('withdraw').flatMap(({ data }) => (JSON.parse(data[0] ?? '{}') as { scopes: string[] }).scopes);
const text = (stream: RawStream): string => stream.events.flatMap(({ data }) => data).join('\n');
const xidOf = async (client: pg.ClientBase): Promise<bigint> =>
  BigInt((await client.query<{ xid: string }>('SELECT pg_current_xact_id()::text AS xid')).rows[0]?.xid ?? '');

test('S4 resume does not skip a late commit with an older xid', async () => {
  const first = await live(open([owner('ann')]));
  const late = await database.client();
  await late.query('BEGIN');
  const older = await xidOf(late);
  await late.query(`INSERT INTO note (id, owner, body) VALUES ('l', 'ann', 'late')`);
  await sql.query('BEGIN');
  expect(await xidOf(sql)).toBeGreaterThan(older);
  await sql.query(`INSERT INTO note (id, owner, body) VALUES ('e', 'ann', 'early'); COMMIT`);
  await expect.poll(() => bodies(first)).toContain('early');
  first.close();
  await late.query('COMMIT');
  const other = await noteServer(database.connection);
  servers.push(other);
  const path = `/?cursor=${encodeURIComponent(first.cursor ?? '')}`;
  for (const [from, on] of [
    ['ring', server],
    ['database', other],
  ] as const) {
    const again = await live(open([owner('ann')], { path }, on));
    await expect.poll(() => bodies(again)).toContain('late');
    expect(resumed(again)).toBe(from);
  }
});

test('T2 a delete is not sent to those outside the filter', async () => {
  const [ann, bob] = await Promise.all([
    live(open([owner('ann'), publicNotes])),
    live(open([owner('bob'), team('red'), publicNotes])),
  ]);
  await sql.query(`INSERT INTO note (id, owner, body) VALUES ('key-of-ann', 'ann', 'x')`);
  await expect.poll(() => bodies(ann)).toContain('x');
  await sql.query(`DELETE FROM note WHERE id = 'key-of-ann'`);
  await sql.query(`INSERT INTO note (id, is_public, body) VALUES ('p', true, 'for all')`);
  for (const stream of [ann, bob]) await expect.poll(() => bodies(stream)).toContain('for all');
  expect(ann.deltas.flatMap(({ drop }) => drop?.['note'] ?? [])).toEqual(['key-of-ann']);
  expect(text(bob)).not.toContain('key-of-ann');
});

test('S9 a heartbeat to a dead stream blocks no publisher, and none piles up', async () => {
  const small = await noteServer(database.connection, {
    limits: { socketBytes: 32 * 1024, heartbeatSeconds: 0.05, stalledSeconds: 300 },
  });
  servers.push(small);
  const sockets: Socket[] = [];
  small.server.on('connection', (socket) => sockets.push(socket));
  const dead = await live(open([owner('ann')], {}, small));
  const gone = await Promise.all(['bob', 'cem'].map((name) => live(open([owner(name)], {}, small))));
  const quick = await live(open([owner('ann')], {}, small));
  dead.pause();
  const fill = `INSERT INTO note (id, owner, body) VALUES ('n', 'ann', $1) ON CONFLICT (id) DO UPDATE SET body = excluded.body`;
  for (let n = 0; n < 8; n += 1) {
    await sql.query(fill, [`${n} ${'x'.repeat(2_000_000)}`]);
    await expect.poll(() => bodies(quick).length, { interval: 2 }).toBe(n + 1);
  }
  gone.forEach(({ socket }) => socket.resetAndDestroy());
  const waiting = sockets[0]?.writableLength;
  expect(waiting).toBeGreaterThan(32 * 1024);
  const beats = quick.named('heartbeat').length;
  await expect.poll(() => quick.named('heartbeat').length).toBeGreaterThan(beats + 30);
  await sql.query(fill, ['to the living']);
  await expect.poll(() => bodies(quick).at(-1)).toBe('to the living');
  expect(sockets[0]?.writableLength).toBe(waiting);
  dead.resume();
  await expect.poll(() => bodies(dead).at(-1)).toBe('to the living');
});

test('S9 a drain that never fires after close holds nothing', async () => {
  const small = await noteServer(database.connection, {
    limits: { socketBytes: 1024, heartbeatSeconds: 0.1, stalledSeconds: 300 },
  });
  servers.push(small);
  const stuck = await live(open([owner('ann')], {}, small));
  const quick = await live(open([owner('ann')], {}, small));
  stuck.pause();
  for (let n = 0; n < 8; n += 1)
    await sql.query(`INSERT INTO note (id, owner, body) VALUES ($1, 'ann', $2)`, [`n${n}`, 'x'.repeat(2_000_000)]);
  // It has fallen behind: what is collapsed for it waits for its socket to drain, which now never happens.
  await expect.poll(() => bodies(quick)).toHaveLength(8);
  expect(small.engine.metrics().connections).toBe(2);
  stuck.socket.resetAndDestroy();
  await expect.poll(() => small.engine.metrics().connections).toBe(1);
  await sql.query(`INSERT INTO note (id, owner, body) VALUES ('after', 'ann', 'after')`);
  await expect.poll(() => bodies(quick)).toContain('after');
});

test('I4 no cache is keyed without the role: one row, at one head, is each time what its reader may see of it', async () => {
  await sql.query(
    `INSERT INTO note (id, owner, team, is_public, body, secret) VALUES ('n', 'ann', 'red', true, 'open', 'for ann alone')`,
  );
  const columns = {
    [owner('ann')]: ['body', 'id', 'owner', 'secret', 'team', 'version'],
    [team('red')]: ['body', 'id', 'owner', 'version'],
    [publicNotes]: ['body', 'id'],
  };
  const kinds = Object.keys(columns) as ScopeKey[];
  const all = await Promise.all(
    [...kinds, ...kinds, ...kinds, ...kinds].map(async (scope) => [scope, await live(open([scope]))] as const),
  );
  for (const [scope, stream] of all) {
    const rows = stream.deltas.map((delta) => [
      delta.scope,
      (delta.put?.['note'] ?? []).map(([, row]) => Object.keys(row).toSorted()),
    ]);
    expect(rows).toEqual([[scope, [columns[scope]]]]);
  }
});

test('G2 no mutable object is shared between streams: all those of one user lose what was withdrawn', async () => {
  await sql.query(`INSERT INTO member (person, team) VALUES ('ann', 'red')`);
  // Those that come at once are answered by one read of the memberships.
  const all = await Promise.all(Array.from({ length: 6 }, () => live(open([publicNotes], { headers: { 'x-user': 'ann' } }))));
  await sql.query('DELETE FROM member');
  for (const stream of all) await expect.poll(() => withdrawn(stream)).toEqual([team('red')]);
  await sql.query(`INSERT INTO member (person, team) VALUES ('ann', 'blue')`);
  await sql.query(`INSERT INTO note (id, team, body) VALUES ('b', 'blue', 'in blue')`);
  for (const stream of all) await expect.poll(() => bodies(stream)).toContain('in blue');
});
