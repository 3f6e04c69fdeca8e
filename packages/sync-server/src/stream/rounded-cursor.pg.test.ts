import { decodePosition, encodePosition, LIMITS, parsePosition } from '@elira/protocol';
import { throwawayCluster, type Cluster } from '@elira/testkit';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { holdNewestReader } from '../../fixture/hold-reader.ts';
import { installNotes, noteServer, owner, team, type NoteServer } from '../../fixture/notes.ts';
import { RawStream } from '../../fixture/raw-stream.ts';

/** More prepared transactions than a cursor can list: two bytes each, since their ids are far apart. */
const RUNNING = 280;
const APART = 130;
const SCOPES = [owner('ann'), ...Array.from({ length: LIMITS.scopesInCursor - 1 }, (_, index) => team(`t${index}`))];

let cluster: Cluster;
let sql: pg.Client;
const streams: RawStream[] = [];
const servers: NoteServer[] = [];

beforeAll(async () => {
  cluster = await throwawayCluster({ settings: { max_prepared_transactions: String(RUNNING), synchronous_commit: 'off' } });
  sql = await cluster.client();
  await installNotes(sql);
});
afterEach(async () => {
  streams.splice(0).forEach((stream) => stream.close());
  for (const server of servers.splice(0)) await server.stop();
  await sql.query('DELETE FROM note');
});
afterAll(async () => {
  await cluster?.remove();
});

async function serve(): Promise<NoteServer> {
  const server = await noteServer(cluster.connection, { limits: { heartbeatSeconds: 0.1 } });
  servers.push(server);
  return server;
}

function open(on: NoteServer, after?: RawStream): RawStream {
  const path = after === undefined ? '/' : `/?cursor=${encodeURIComponent(after.cursor ?? '')}`;
  const stream = new RawStream(on.url, SCOPES, { path });
  streams.push(stream);
  return stream;
}

async function live(stream: RawStream): Promise<void> {
  await expect.poll(() => stream.cursor).toBeDefined();
}
const resumed = (stream: RawStream): string =>
  (JSON.parse(stream.named('hello')[0]?.data[0] ?? '{}') as { resumed: string }).resumed;
const bodies = (stream: RawStream): unknown[] =>
  stream.deltas.flatMap((delta) => (delta.put?.['note'] ?? []).map(([, row]) => row['body']));

/** Prepared transactions, the first of which writes a row. Each is followed by many that end at once, so no bitmap of them fits either. */
async function prepare(): Promise<void> {
  for (let n = 0; n < RUNNING; n += 1) {
    const work = n === 0 ? `INSERT INTO note (id, owner, body) VALUES ('l', 'ann', 'late')` : 'SELECT pg_current_xact_id()';
    await sql.query(`BEGIN; ${work}; PREPARE TRANSACTION 'p${n}'`);
    await sql.query(`DO $$ BEGIN FOR i IN 1..${APART} LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$`);
  }
  const { rows } = await sql.query<{ at: string }>('SELECT pg_current_snapshot()::text AS at');
  const bytes = LIMITS.cursorBytes / 2;
  expect(decodePosition(encodePosition(parsePosition(rows[0]?.at ?? ''), bytes)).rounded, 'there are enough of them').toBe(
    true,
  );
}

async function commit(): Promise<void> {
  for (let n = 0; n < RUNNING; n += 1) await sql.query(`COMMIT PREPARED 'p${n}'`);
}

test('S6 with more running transactions than a cursor can list a client comes back and misses nothing', async () => {
  const server = await serve();
  await prepare();
  try {
    const first = open(server);
    await live(first);
    expect(first.cursor?.length).toBeLessThanOrEqual(LIMITS.cursorBytes);
    first.close();
    await commit();
    const back = open(server, first);
    await live(back);
    expect(resumed(back)).not.toBe('snapshot');
    await expect.poll(() => bodies(back)).toEqual(['late']);
  } finally {
    await commit().catch(() => undefined);
  }
});

test('S6 what is left of a cursor that was rounded is served by no server from what it read before', async () => {
  const [ahead, behind] = [await serve(), await serve()];
  await prepare();
  // It has read since, and found nothing: all that is left of the cursor it has.
  const { polls } = behind.engine.metrics();
  await expect.poll(() => behind.engine.metrics().polls).toBeGreaterThan(polls + 1);
  const release = await holdNewestReader(sql);
  try {
    const first = open(ahead);
    await live(first);
    await sql.query(`INSERT INTO note (id, owner, body) VALUES ('n', 'ann', 'first')`);
    await expect.poll(() => bodies(first)).toEqual(['first']);
    const stream = open(behind, first);
    await expect.poll(() => stream.named('hello')).toHaveLength(1);
    // It is told that the connection lives, but of no state.
    const { bytes } = stream;
    await expect.poll(() => stream.bytes).toBeGreaterThan(bytes + 10);
    expect(stream.events.map(({ event }) => event)).toEqual(['hello']);
    release();
    await expect.poll(() => bodies(stream)).toContain('first');
  } finally {
    release();
    await commit();
  }
});
