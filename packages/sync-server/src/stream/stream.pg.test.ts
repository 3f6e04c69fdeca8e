import type { Socket } from 'node:net';
import { LIMITS, type ScopeKey } from '@elira/protocol';
import type { ScratchDatabase } from '@elira/testkit';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { board, noteDatabase, noteServer, owner, publicNotes, team, type NoteServer } from '../../fixture/notes.ts';
import { holdNewestReader } from '../../fixture/hold-reader.ts';
import { RawStream } from '../../fixture/raw-stream.ts';

let database: ScratchDatabase;
let sql: pg.Client;
let server: NoteServer;
const streams: RawStream[] = [];
const servers: NoteServer[] = [];

beforeAll(async () => {
  ({ database, client: sql } = await noteDatabase());
  server = await noteServer(database.connection, { limits: { heartbeatSeconds: 0.2 } });
});
afterEach(async () => {
  streams.splice(0).forEach((stream) => stream.close());
  for (const extra of servers.splice(0)) await extra.stop();
  await sql.query('DELETE FROM note; DELETE FROM tick');
});
afterAll(async () => {
  await server?.stop();
  await database?.drop();
});

function open(
  scopes: readonly ScopeKey[],
  request: ConstructorParameters<typeof RawStream>[2] = {},
  on: NoteServer = server,
): RawStream {
  const stream = new RawStream(on.url, scopes, request);
  streams.push(stream);
  return stream;
}

async function live(stream: RawStream): Promise<RawStream> {
  await expect.poll(() => stream.cursor, { timeout: 15_000 }).toBeDefined();
  return stream;
}

const resumed = (stream: RawStream): string =>
  (JSON.parse(stream.named('hello')[0]?.data[0] ?? '{}') as { resumed: string }).resumed;
const bodies = (stream: RawStream): unknown[] =>
  stream.deltas.flatMap((delta) => (delta.put?.['note'] ?? []).map(([, row]) => row['body']));

test('S1 a transaction that concerns several scopes of a client is one event, whose id is its position', async () => {
  const stream = await live(open([owner('ann'), team('red'), board('b')]));
  const before = stream.events.length;
  await sql.query(
    `BEGIN; INSERT INTO note (id, owner, team, body) VALUES ('n', 'ann', 'red', 'x'); INSERT INTO tick VALUES (1, 'b'); COMMIT`,
  );
  await expect.poll(() => stream.events.slice(before).filter(({ event }) => event === 'batch')).toHaveLength(1);
  const batch = stream.events.slice(before).find(({ event }) => event === 'batch');
  expect(batch?.data.map((line) => (JSON.parse(line) as { scope: string }).scope).toSorted()).toEqual(
    [board('b'), owner('ann'), team('red')].toSorted(),
  );
  expect(batch?.id).toBe(stream.events.findLast(({ event }) => event === 'batch')?.id);
});

test('S4 a cursor in the ring goes on from the ring, an older one from the database, one below the floor from a snapshot', async () => {
  const first = await live(open([owner('ann')]));
  const cursor = first.cursor ?? '';
  first.close();
  await sql.query(`INSERT INTO note (id, owner, body) VALUES ('n', 'ann', 'while away')`);
  const path = `/?cursor=${encodeURIComponent(cursor)}`;
  const fromRing = await live(open([owner('ann')], { path }));
  await expect.poll(() => bodies(fromRing)).toEqual(['while away']);
  expect(resumed(fromRing)).toBe('ring');
  expect(fromRing.deltas.some((delta) => delta.reset === true)).toBe(false);

  const other = await noteServer(database.connection, { limits: { reachSeconds: 0 } });
  servers.push(other);
  const fromDatabase = await live(open([owner('ann')], { path }, other));
  await expect.poll(() => bodies(fromDatabase)).toEqual(['while away']);
  expect(resumed(fromDatabase)).toBe('database');
  expect(fromDatabase.deltas.some((delta) => delta.reset === true)).toBe(false);

  // Above the cursor, but not above what the other servers have read: they would have to begin anew.
  const { rows } = await sql.query<{ now: string }>('SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS now');
  const read = server.engine.metrics().polls;
  await expect.poll(() => server.engine.metrics().polls).toBeGreaterThan(read + 1);
  await sql.query('UPDATE sync.state SET floor = $1::xid8', [rows[0]?.now]);
  const third = await noteServer(database.connection);
  servers.push(third);
  const fromSnapshot = await live(open([owner('ann')], { path }, third));
  await expect.poll(() => bodies(fromSnapshot)).toEqual(['while away']);
  expect(fromSnapshot.deltas.some((delta) => delta.reset === true)).toBe(true);
});

test('S4 Last-Event-ID resumes as ?cursor= does, and comes first', async () => {
  const first = await live(open([owner('ann')]));
  const stream = await live(open([owner('ann')], { path: '/?cursor=older', headers: { 'last-event-id': first.cursor ?? '' } }));
  expect(resumed(stream)).toBe('ring');
});

test('S4 too many changes since the cursor give a snapshot instead', async () => {
  const small = await noteServer(database.connection, { limits: { changesPerCatchUp: 10, ringBatches: 1 } });
  servers.push(small);
  const first = await live(open([owner('ann')], {}, small));
  const cursor = first.cursor ?? '';
  first.close();
  for (let n = 0; n < 12; n += 1) {
    await sql.query(`INSERT INTO note (id, owner, body) VALUES ($1, 'ann', 'x')`, [`n${n}`]);
    await expect.poll(() => small.engine.metrics().changes).toBeGreaterThan(n);
  }
  const stream = await live(open([owner('ann')], { path: `/?cursor=${encodeURIComponent(cursor)}` }, small));
  await expect.poll(() => stream.deltas.some((delta) => delta.reset === true)).toBe(true);
  expect(new Set(stream.deltas.flatMap((delta) => (delta.put?.['note'] ?? []).map(([key]) => key))).size).toBe(12);
});

/** A server that says so often that it lives. */
async function beatingServer(): Promise<NoteServer> {
  const another = await noteServer(database.connection, { limits: { heartbeatSeconds: 0.1 } });
  servers.push(another);
  return another;
}

/** It has been greeted, and has been told since that the connection lives, but of no state. */
async function waits(stream: RawStream): Promise<void> {
  await expect.poll(() => stream.named('hello')).toHaveLength(1);
  const { bytes } = stream;
  await expect.poll(() => stream.bytes).toBeGreaterThan(bytes + 10);
  expect(stream.events.map(({ event }) => event)).toEqual(['hello']);
}

test('S3 a server that has not read as far as the cursor serves nothing from it until it has', async () => {
  const ahead = await live(open([owner('ann')]));
  const behind = await beatingServer();
  const release = await holdNewestReader(sql);
  try {
    await sql.query(`INSERT INTO note (id, owner, body) VALUES ('n', 'ann', 'first')`);
    await expect.poll(() => bodies(ahead)).toEqual(['first']);
    const stream = open([owner('ann')], { path: `/?cursor=${encodeURIComponent(ahead.cursor ?? '')}` }, behind);
    await waits(stream);
    await sql.query(`UPDATE note SET body = 'second'`);
    release();
    await expect.poll(() => bodies(stream)).toContain('second');
  } finally {
    release();
  }
});

test('S7 a forged cursor is refused; one of an unknown start gets a snapshot', async () => {
  const forged = open([owner('ann')], { path: '/?cursor=AAAA.BBBB' });
  await expect.poll(() => forged.status).toBe(400);
  await expect.poll(() => (JSON.parse(forged.body || '{}') as { code?: string }).code).toBe('cursor_invalid');
  const first = await live(open([owner('ann')]));
  await sql.query('DELETE FROM sync.start');
  const other = await noteServer(database.connection);
  servers.push(other);
  const stream = await live(open([owner('ann')], { path: `/?cursor=${encodeURIComponent(first.cursor ?? '')}` }, other));
  expect(resumed(stream)).toBe('snapshot');
});

test('S7 two halves of different cursors do not vouch for what neither of them was issued with', async () => {
  await sql.query(`INSERT INTO note (id, team, body) VALUES ('n', 'red', 'in red')`);
  const narrow = await live(open([owner('ann')]));
  const [place] = (narrow.cursor ?? '').split('.');
  await sql.query(`INSERT INTO note (id, owner, body) VALUES ('m', 'ann', 'later')`);
  await expect.poll(() => bodies(narrow)).toContain('later');
  const wide = await live(open([owner('ann'), team('red')]));
  const [, grant] = (wide.cursor ?? '').split('.');
  const path = `/?cursor=${encodeURIComponent(`${place}.${grant}`)}`;
  const stream = await live(open([owner('ann'), team('red')], { path }));
  expect(resumed(stream)).toBe('snapshot');
  expect(bodies(stream)).toContain('in red');
});

test('S8 a quiet client gets a later cursor with the heartbeat, though only others change', async () => {
  const stream = await live(open([owner('ann')]));
  const before = stream.cursor;
  await sql.query(`INSERT INTO note (id, owner, body) VALUES ('n', 'bob', 'x')`);
  await expect.poll(() => stream.named('heartbeat').length).toBeGreaterThan(2);
  await expect.poll(() => stream.cursor).not.toBe(before);
  expect(stream.cursor?.length).toBeLessThanOrEqual(LIMITS.cursorBytes);
});

test('S8 whoever comes to a server whose reader hears nothing is told how old the rows are that it gets', async () => {
  const stream = await live(open([owner('ann')]));
  const before = stream.cursor ?? '';
  await sql.query(`INSERT INTO note (id, owner, body) VALUES ('n', 'ann', 'x')`);
  await expect.poll(() => bodies(stream)).toEqual(['x']);
  const blocker = await database.client();
  await blocker.query('BEGIN; LOCK TABLE sync.state IN ACCESS EXCLUSIVE MODE');
  try {
    await expect.poll(() => server.engine.health().ageMs, { timeout: 5000 }).toBeGreaterThan(1000);
    const back = open([owner('ann')], { path: `/?cursor=${encodeURIComponent(before)}` });
    await expect.poll(() => bodies(back)).toEqual(['x']);
    expect([resumed(back), Number(back.named('batch')[0]?.age) >= 1000]).toEqual(['ring', true]);
  } finally {
    await blocker.query('ROLLBACK');
  }
});

test('S9 no buffer grows with a stalled client: who does not read costs bounded bytes, holds up nobody, and gets one collapsed batch when reading again', async () => {
  const small = await noteServer(database.connection, { limits: { socketBytes: 32 * 1024, heartbeatSeconds: 60 } });
  servers.push(small);
  const sockets: Socket[] = [];
  small.server.on('connection', (socket) => sockets.push(socket));
  const slow = await live(open([owner('ann')], {}, small));
  const quick = await live(open([owner('ann')], {}, small));
  slow.socket.pause();
  const rounds = 60;
  for (let n = 0; n < rounds; n += 1) {
    await sql.query(
      `INSERT INTO note (id, owner, body) VALUES ('n', 'ann', $1) ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
      [`${n} ${'x'.repeat(200_000)}`],
    );
    await expect.poll(() => bodies(quick).length, { timeout: 5000, interval: 2 }).toBe(n + 1);
  }
  // What was taken before it was seen to be full, and one frame of 200 KB.
  expect(sockets[0]?.writableLength).toBeGreaterThan(0);
  expect(sockets[0]?.writableLength).toBeLessThan(32 * 1024 + 210_000);
  slow.socket.resume();
  await expect.poll(() => String(bodies(slow).at(-1)).slice(0, 3), { timeout: 10_000 }).toBe('59 ');
  expect(bodies(slow).length).toBeLessThan(rounds - 5);
  expect(small.engine.metrics().collapsed).toBeGreaterThan(2);
});

test('S9 a connection whose socket stays full is ended, told why if it reads at last, and holds a bounded number of bytes until then', async () => {
  const small = await noteServer(database.connection, {
    limits: { socketBytes: 1024, heartbeatSeconds: 0.1, stalledSeconds: 0.5 },
  });
  servers.push(small);
  const stuck = await live(open([owner('ann')], {}, small));
  stuck.socket.pause();
  const body = 'x'.repeat(2_000_000);
  await sql.query(`INSERT INTO note (id, owner) VALUES ('n', 'ann')`);
  // One row, so that a step is never larger than it, until the kernel takes no more.
  while (small.engine.metrics().mostWaitingBytes === 0)
    await sql.query(`UPDATE note SET body = $1, version = version + 1 WHERE id = 'n'`, [body]);
  let most = 0;
  await expect
    .poll(
      () => {
        const { connections, mostWaitingBytes } = small.engine.metrics();
        most = Math.max(most, mostWaitingBytes);
        return connections;
      },
      { timeout: 10_000 },
    )
    .toBe(0);
  expect(most).toBeGreaterThan(1024);
  expect(most, 'what it may leave, and the one step that it was given').toBeLessThan(1024 + 2_100_000);
  expect(small.engine.metrics().stalled).toBe(1);
  stuck.socket.resume();
  await expect.poll(() => stuck.closed).toBe(true);
  expect(stuck.named('goodbye').map(({ data }) => JSON.parse(data[0] ?? '') as unknown)).toMatchObject([{ code: 'too_slow' }]);
});

test('S10 a request cannot widen what the application grants', async () => {
  const asks = open([publicNotes], { path: `/?scope=${encodeURIComponent(owner('ann'))}` });
  await expect.poll(() => asks.status).toBe(403);
  await sql.query(`INSERT INTO note (id, owner, team, body) VALUES ('n', 'ann', 'red', 'x')`);
  const narrows = await live(
    open([owner('ann'), team('red')], { path: `/?scope=${encodeURIComponent(team('red'))}&role=admin&viewer=ann` }),
  );
  expect([...new Set(narrows.deltas.map((delta) => delta.scope))]).toEqual([team('red')]);
  const many = open([owner('ann')], {
    path: `/?${Array.from({ length: LIMITS.scopesPerConnection + 1 }, (_, index) => `scope=s${index}`).join('&')}`,
  });
  await expect.poll(() => many.status).toBe(400);
  const another = open([owner('ann')], { path: '/?user=ann' });
  await expect.poll(() => another.status).toBe(401);
});

test('S10 a scope gained since the cursor comes as a snapshot, the others go on', async () => {
  await sql.query(`INSERT INTO note (id, owner, team, body) VALUES ('n', 'ann', 'red', 'x')`);
  const first = await live(open([owner('ann')]));
  const path = `/?cursor=${encodeURIComponent(first.cursor ?? '')}`;
  const wider = await live(open([owner('ann'), team('red')], { path }));
  expect(wider.deltas.map(({ scope, reset }) => ({ scope, reset }))).toEqual([{ scope: team('red'), reset: true }]);
});

test('S12 problems are problem documents: other methods, a scope too large, a server that stops', async () => {
  const post = await fetch(server.url, { method: 'POST' });
  expect([post.status, post.headers.get('content-type'), ((await post.json()) as { code: string }).code]).toEqual([
    405,
    'application/problem+json',
    'method_not_allowed',
  ]);
  const small = await noteServer(database.connection, { limits: { rowsPerScope: 5 } });
  servers.push(small);
  await sql.query(`INSERT INTO note (id, owner, body) SELECT 'n' || g, 'ann', 'x' FROM generate_series(1, 6) g`);
  const large = open([owner('ann')], {}, small);
  await expect
    .poll(() => large.named('goodbye').map(({ data }) => (JSON.parse(data[0] ?? '{}') as { code: string }).code))
    .toEqual(['scope_too_large']);
  await expect.poll(() => large.closed).toBe(true);
  const quiet = await live(open([owner('bob')], {}, small));
  await small.engine.stop();
  await expect
    .poll(() => quiet.named('goodbye').map(({ data }) => (JSON.parse(data[0] ?? '{}') as { code: string }).code))
    .toEqual(['shutting_down']);
});

test('S11 a long batch comes as parts and one batch, each within the size of a frame', async () => {
  const small = await noteServer(database.connection, { limits: { frameBytes: 4096 } });
  servers.push(small);
  const stream = await live(open([owner('ann')], {}, small));
  await sql.query(`INSERT INTO note (id, owner, body) SELECT 'n' || g, 'ann', repeat('x', 500) FROM generate_series(1, 100) g`);
  await expect.poll(() => bodies(stream).length).toBe(100);
  expect(stream.named('part').length).toBeGreaterThan(5);
  for (const { data } of [...stream.named('part'), ...stream.named('batch')])
    expect(data.join('').length).toBeLessThan(2 * 4096);
});

test('S5 a snapshot taken while others write is joined without gap or repetition', async () => {
  const writer = await database.client();
  await sql.query(`INSERT INTO note (id, owner, body, version) SELECT 'n' || g, 'ann', 'x', 0 FROM generate_series(1, 50) g`);
  let stop = false;
  const writing = (async () => {
    while (!stop) await writer.query(`UPDATE note SET version = version + 1 WHERE id = 'n' || (1 + floor(random() * 50))::int`);
  })();
  for (let round = 0; round < 15; round += 1) {
    const stream = await live(open([owner('ann')]));
    await expect.poll(() => stream.named('batch').length).toBeGreaterThan(3);
    const versions = new Map<string, number>();
    for (const delta of stream.deltas) {
      for (const [key, row] of delta.put?.['note'] ?? []) {
        expect(row['version'] as number, key).toBeGreaterThanOrEqual(versions.get(key) ?? 0);
        versions.set(key, row['version'] as number);
      }
    }
    stream.close();
  }
  const last = await live(open([owner('ann')]));
  stop = true;
  await writing;
  const { rows } = await sql.query<{ id: string; version: number }>('SELECT id, version FROM note');
  const latest = (): Record<string, unknown> =>
    Object.fromEntries(last.deltas.flatMap((delta) => (delta.put?.['note'] ?? []).map(([key, row]) => [key, row['version']])));
  await expect.poll(latest).toEqual(Object.fromEntries(rows.map((row) => [row.id, row.version])));
  await writer.end();
});

test('I3 nobody receives a byte of a version of a row that was not his at that snapshot, whatever moves', async () => {
  const ann = await live(open([owner('ann')]));
  const red = await live(open([team('red')]));
  await sql.query(`INSERT INTO note (id, owner, team, body, secret) VALUES ('n', 'ann', 'red', 'CANARY-both', 'CANARY-ann')`);
  await expect.poll(() => [bodies(ann), bodies(red)]).toEqual([['CANARY-both'], ['CANARY-both']]);
  await sql.query(
    `BEGIN; UPDATE note SET owner = 'bob', body = 'CANARY-inside'; UPDATE note SET body = 'CANARY-red', secret = 'CANARY-bob'; COMMIT`,
  );
  await sql.query(`UPDATE note SET team = 'blue', body = 'CANARY-blue'`);
  await sql.query(`UPDATE note SET owner = NULL, team = NULL, body = 'CANARY-nobody'`);
  await sql.query(`INSERT INTO note (id, owner, team, body) VALUES ('last', 'ann', 'red', 'CANARY-last')`);
  await expect.poll(() => [bodies(ann).at(-1), bodies(red).at(-1)]).toEqual(['CANARY-last', 'CANARY-last']);
  const seen = (stream: RawStream): string[] => [...new Set(JSON.stringify(stream.events).match(/CANARY-[a-z]+/g))].toSorted();
  expect(seen(ann)).toEqual(['CANARY-ann', 'CANARY-both', 'CANARY-last']);
  // Polls may have joined the moves of `n`: then its state in between was never sent, but nothing later ever is.
  expect(seen(red).filter((canary) => canary !== 'CANARY-red')).toEqual(['CANARY-both', 'CANARY-last']);
});

test('I12 a server holds as many streams as it may, and tells the next to come again', async () => {
  const small = await noteServer(database.connection, { limits: { connections: 2 } });
  servers.push(small);
  const [first] = await Promise.all([live(open([owner('ann')], {}, small)), live(open([owner('bob')], {}, small))]);
  const refused = await fetch(small.url, { headers: { 'x-scopes': owner('eve') } });
  expect([refused.status, refused.headers.get('retry-after'), ((await refused.json()) as { code: string }).code]).toEqual([
    503,
    '2',
    'too_many_connections',
  ]);
  first.close();
  await expect.poll(() => small.engine.metrics().connections).toBe(1);
  await live(open([owner('eve')], {}, small));
});
