import { setTimeout } from 'node:timers/promises';
import { SyncClient } from '@elira/sync-client';
import type { Position, StreamMessage } from '@elira/protocol';
import { makeRandom, type ScratchDatabase } from '@elira/testkit';
import type pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { one, positionNow, windowFrom, xidNow } from '../../fixture/history.ts';
import { noteDatabase, noteServer, owner } from '../../fixture/notes.ts';
import { rotateRing, type Rotation } from './rotate-ring.ts';

/** Each leaf holds 2^SHIFT transactions: the ring turns with every 32, under constant writing with every 256. */
const SHIFT = 3;
const BUSY_SHIFT = 6;
const SEED = Number(process.env['SEED'] ?? 20_261_122);
const QUICK = { retainedSeconds: 0.08, retainedChanges: 1_000_000, settleSeconds: 0.04 };
/** Long enough for a reader that is held up by a busy machine. */
const BUSY = { retainedSeconds: 0.4, retainedChanges: 1_000_000, settleSeconds: 0.1 };
/** Leaves emptied before and after the long transaction. */
const TURNS = 6;

let database: ScratchDatabase;
let sql: pg.Client;

beforeEach(async () => await open(SHIFT));

async function open(bucketShift: number): Promise<void> {
  ({ database, client: sql } = await noteDatabase({ bucketShift }));
  await sql.query('SELECT sync.establish(); CREATE TABLE truth (xid xid8, key text)');
}
afterEach(async () => await database.drop());

/** Takes as many transaction ids as fill `leaves` leaves. */
async function turn(leaves: number): Promise<void> {
  for (let n = 0; n < leaves << SHIFT; n += 1) await xidNow(sql);
}

/** Rounds of upkeep until one empties a leaf. */
async function rotateUntilEmptied(): Promise<Rotation> {
  for (let rounds = 500; rounds > 0; rounds -= 1) {
    const done = await rotateRing(sql, QUICK);
    if (done?.emptied !== undefined) return done;
    await setTimeout(20);
  }
  throw new Error('no leaf was emptied');
}

/** Follows the index as a server does, and keeps what it read; a position that has fallen below the floor counts as lost. */
async function follow(client: pg.Client, isDone: () => boolean): Promise<{ read: string[]; fellBehind: number }> {
  const read: string[] = [];
  let fellBehind = 0;
  let position = await positionNow(client);
  for (let last = false; ;) {
    if (isDone()) last = true;
    const window = await windowFrom(client, position);
    if (position.xmin < window.head.floor) fellBehind += 1;
    for (const { xid, key, op } of window.changes) if (op === 'I') read.push(`${xid} ${key}`);
    position = window.to;
    if (last) return { read, fellBehind };
    await setTimeout(5);
  }
}

test(`C6 the ring turns many times under writers and a long transaction, and every change is read once (SEED=${SEED})`, async () => {
  await database.drop();
  await open(BUSY_SHIFT);
  const [reader, janitor, long, ...writers] = await Promise.all(Array.from({ length: 7 }, () => database.client()));
  if (reader === undefined || janitor === undefined || long === undefined) throw new Error('unreachable');
  let [writing, following, rotating] = [true, true, true];
  let number = 0;
  const followed = follow(reader, () => !following);
  await setTimeout(20);
  const write = async (client: pg.Client, note: string): Promise<void> => {
    number += 1;
    await client.query(
      `INSERT INTO note (id) VALUES ('${note} ${number}'); INSERT INTO truth VALUES (pg_current_xact_id(), '${note} ${number}')`,
    );
  };
  const random = makeRandom(SEED);
  const work = writers.map(async (client, index) => {
    const own = random.fork(`writer ${index}`);
    while (writing) {
      await client.query('BEGIN');
      await write(client, 'short');
      await setTimeout(20 + own.below(40));
      if (own.chance(0.3))
        await client.query(`SAVEPOINT s; INSERT INTO note (id) VALUES ('undone ${(number += 1)}'); ROLLBACK TO s`);
      await client.query(own.chance(0.2) ? 'ROLLBACK' : 'COMMIT');
    }
  });
  const emptied: number[] = [];
  const stuck: boolean[] = [];
  const floors: bigint[] = [];
  const upkeep = (async () => {
    while (rotating) {
      const done = await rotateRing(janitor, BUSY);
      if (done?.emptied !== undefined) emptied.push(done.emptied);
      if (done !== undefined) [stuck[stuck.length], floors[floors.length]] = [done.stuck, BigInt(done.floor)];
      await setTimeout(30);
    }
  })();

  while (emptied.length < TURNS) await setTimeout(20);
  await long.query('BEGIN');
  const held = await xidNow(long);
  await write(long, 'long');
  const roundsBefore = stuck.length;
  const start = number;
  // The ring comes round to the leaf of the long transaction, and goes on being written to.
  while (!stuck.slice(roundsBefore).includes(true) || number < start + 100) await setTimeout(20);
  await write(long, 'long');
  expect(BigInt(await one(sql, 'SELECT floor::text FROM sync.state'))).toBeLessThanOrEqual(held);
  await long.query('COMMIT');
  const turned = emptied.length;
  while (emptied.length < turned + TURNS) await setTimeout(20);
  writing = false;
  await Promise.all(work);
  following = false;
  const { read, fellBehind } = await followed;
  rotating = false;
  await upkeep;

  const truth = await sql.query<{ line: string }>(`SELECT xid || ' ' || key AS line FROM truth`);
  expect(truth.rows.length).toBeGreaterThan(300);
  expect(fellBehind).toBe(0);
  expect(read.toSorted()).toEqual(truth.rows.map(({ line }) => line).toSorted());
  expect(new Set(emptied), 'every leaf was emptied').toEqual(new Set([0, 1, 2, 3]));
  expect(floors).toEqual(floors.toSorted((a, b) => (a < b ? -1 : 1)));
  const rows = Number(await one(sql, 'SELECT count(*) FROM sync.change'));
  expect(rows, 'the index holds a part of what was written').toBeLessThan(number / 2);
});

test('C6 nothing at or above the settled floor is emptied, whoever asks', async () => {
  await sql.query(`INSERT INTO note (id) VALUES ('kept')`);
  const key = `SELECT count(*) FROM sync.change WHERE key = 'kept'`;
  for (const leaf of [0, 1, 2, 3]) await one(sql, 'SELECT sync.empty_leaf($1)', [leaf]);
  expect(await one(sql, key)).toBe('1');
  const leaf = Number(await one(sql, `SELECT bucket FROM sync.change WHERE key = 'kept'`));
  await sql.query('UPDATE sync.state SET floor = pg_current_xact_id(), settled_floor = floor');
  expect(await one(sql, 'SELECT sync.empty_leaf($1)', [leaf]), 'the floor has not settled').toBe('false');
  await sql.query('UPDATE sync.state SET settled_floor = floor');
  expect(await one(sql, 'SELECT sync.empty_leaf($1)', [leaf])).toBe('true');
  expect(await one(sql, key)).toBe('0');
});

test('C6 a leaf that somebody writes to or reads is left for later, and nobody waits longer for it than a moment', async () => {
  const other = await database.client();
  await sql.query(`INSERT INTO note (id) VALUES ('old')`);
  const leaf = Number(await one(sql, `SELECT bucket FROM sync.change WHERE key = 'old'`));
  await turn(4);
  await other.query('BEGIN; SELECT count(*) FROM sync.change');
  const settleAndEmpty = async (): Promise<string> => {
    await sql.query(
      'UPDATE sync.state SET floor = pg_snapshot_xmin(pg_current_snapshot()), settled_floor = pg_snapshot_xmin(pg_current_snapshot())',
    );
    return await one(sql, 'SELECT sync.empty_leaf($1)', [leaf]);
  };
  expect(await settleAndEmpty()).toBe('false');
  await other.query('COMMIT');
  // Transactions of other databases of the cluster hold the floor down for a moment.
  await expect.poll(settleAndEmpty, { timeout: 15_000 }).toBe('true');
});

test('C6 an overfull index is thinned below the floor, in slices, and only there', async () => {
  await sql.query(`INSERT INTO note (id) SELECT 'old' || g FROM generate_series(1, 400) g`);
  const crowded = { ...QUICK, retainedChanges: 100 };
  await rotateRing(sql, crowded);
  await setTimeout(QUICK.retainedSeconds * 1000 + 50);
  const open = await database.client();
  await open.query('BEGIN');
  const held = await xidNow(open);
  await sql.query(`INSERT INTO note (id) SELECT 'new' || g FROM generate_series(1, 400) g`);
  expect(await one(sql, 'SELECT sync.thin(150, 100)'), 'below the floor is nothing yet').toBe('0');
  // The floor rises to where the first round found the oldest transaction, and later to the open one, never beyond.
  for (let n = 0; n < 12; n += 1) {
    await rotateRing(sql, crowded);
    await setTimeout(20);
  }
  const count = async (like: string): Promise<number> =>
    Number(await one(sql, 'SELECT count(*) FROM sync.change WHERE key LIKE $1', [like]));
  expect(BigInt(await one(sql, 'SELECT floor::text FROM sync.state'))).toBeLessThanOrEqual(held);
  expect([await count('old%'), await count('new%')]).toEqual([0, 400]);
  await open.query('COMMIT');
});

test('C7 the floor is committed first, and settles, before a leaf is emptied', async () => {
  await sql.query(`DELETE FROM sync.change; INSERT INTO note (id) VALUES ('old')`);
  const leaf = Number(await one(sql, `SELECT bucket FROM sync.change WHERE key = 'old'`));
  const xid = BigInt(await one(sql, `SELECT xid::text FROM sync.change WHERE key = 'old'`));
  await rotateRing(sql, QUICK);
  await setTimeout(QUICK.retainedSeconds * 1000 + 50);
  while ((Number((await xidNow(sql)) >> BigInt(SHIFT)) & 3) !== ((leaf + 3) & 3)) await xidNow(sql);
  await turn(4);
  const seen: (readonly [floor: bigint, emptied: number | undefined])[] = [];
  const slow = { ...QUICK, settleSeconds: 0.3 };
  for (let start = performance.now(); ;) {
    const done = await rotateRing(sql, slow);
    if (done === undefined) throw new Error('nobody else rotates');
    seen.push([BigInt(done.floor), done.emptied]);
    if (done.emptied !== undefined) {
      const raised = seen.findIndex(([floor]) => floor > xid);
      expect(done.emptied).toBe(leaf);
      expect(raised, 'the floor rose in an earlier round').toBeGreaterThanOrEqual(0);
      expect(raised).toBeLessThan(seen.length - 1);
      expect(performance.now() - start).toBeGreaterThan(250);
      return;
    }
    if (seen.length === 1) start = performance.now();
    await setTimeout(10);
  }
});

test('C7 the floor never passes the oldest running transaction, prepared ones included', async () => {
  const open = await database.client();
  for (const end of ['COMMIT', `PREPARE TRANSACTION 'floor'`]) {
    await open.query(`BEGIN; INSERT INTO note (id) VALUES (gen_random_uuid()::text)`);
    const held = await xidNow(open);
    await open.query(end === 'COMMIT' ? 'SELECT' : end);
    await turn(12);
    for (const limits of [QUICK, { ...QUICK, retainedChanges: 0 }]) {
      for (let n = 0; n < 12; n += 1) {
        const done = await rotateRing(sql, limits);
        expect(BigInt(done?.floor ?? '0')).toBeLessThanOrEqual(held);
        await setTimeout(20);
      }
    }
    await open.query(end === 'COMMIT' ? end : `COMMIT PREPARED 'floor'`);
    await turn(8);
    await rotateUntilEmptied();
    expect(BigInt(await one(sql, 'SELECT floor::text FROM sync.state'))).toBeGreaterThan(held);
  }
});

test('C7 a cursor below the floor gets a snapshot, one above it is caught up', async () => {
  const server = await noteServer(database.connection, { limits: { ringBatches: 1 } });
  const resets: boolean[] = [];
  const client = new SyncClient({
    url: `${server.url}/`,
    headers: { 'x-scopes': owner('ann') },
    onMessage: (message: StreamMessage) => {
      if (message.event === 'batch') resets.push(message.data.some((delta) => delta.reset === true));
    },
  });
  const ids = (): unknown[] =>
    client
      .table('note')
      .all()
      .map((row) => row['id'])
      .toSorted();
  const away = async (meanwhile: () => Promise<void>, rows: readonly string[]): Promise<boolean[]> => {
    client.stop();
    resets.length = 0;
    await meanwhile();
    // More batches than the server's own ring keeps.
    for (const id of ['x', 'y', 'z']) {
      const before = server.engine.metrics().batches;
      await sql.query(
        `INSERT INTO note (id, owner) VALUES ($1, 'ann') ON CONFLICT (id) DO UPDATE SET version = note.version + 1`,
        [id],
      );
      await expect.poll(() => server.engine.metrics().batches).toBeGreaterThan(before);
    }
    client.start();
    await expect.poll(ids).toEqual(rows);
    await expect.poll(() => client.status).toBe('live');
    return resets;
  };
  try {
    await sql.query(`INSERT INTO note (id, owner) VALUES ('a', 'ann'), ('b', 'ann')`);
    client.start();
    await expect.poll(ids).toEqual(['a', 'b']);
    expect(
      await away(async () => void (await sql.query(`DELETE FROM note WHERE id = 'a'`)), ['b', 'x', 'y', 'z']),
    ).not.toContain(true);
    const emptied = async (): Promise<void> => {
      await sql.query(`DELETE FROM note WHERE id = 'b'`);
      await turn(12);
      const leaf = Number(await one(sql, `SELECT bucket FROM sync.change WHERE key = 'b' AND op = 'D'`));
      while (Number(await one(sql, `SELECT count(*) FROM sync.change WHERE key = 'b' AND op = 'D'`)) > 0) {
        await rotateUntilEmptied();
        if ((await one(sql, `SELECT count(*) FROM sync.change WHERE bucket = $1`, [leaf])) !== '0') await turn(1);
      }
    };
    const before: Position = await positionNow(sql);
    expect(await away(emptied, ['x', 'y', 'z'])).toContain(true);
    expect(BigInt(await one(sql, 'SELECT floor::text FROM sync.state'))).toBeGreaterThan(before.xmin);
    expect(server.engine.metrics().resumed.database).toBe(2);
  } finally {
    client.stop();
    await server.stop();
  }
});
