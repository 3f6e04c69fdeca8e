import { setTimeout } from 'node:timers/promises';
import { LIMITS } from '@elira/protocol';
import type { ScratchDatabase } from '@elira/testkit';
import type pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Follower } from '../../fixture/follower.ts';
import { one, xidNow } from '../../fixture/history.ts';
import { noteDatabase, noteServer, type NoteServer } from '../../fixture/notes.ts';
import { indexWarnings } from '../observe/index-warnings.ts';
import { rotateRing, type Rotation } from './rotate-ring.ts';

/** Each leaf holds 2^SHIFT transactions, so the ring turns with every 128. */
const SHIFT = 5;
const TURNS = 22;
const QUICK = { retainedSeconds: 0.05, retainedChanges: 1_000_000, settleSeconds: 0.02 };

let database: ScratchDatabase;
let sql: pg.Client;
let janitor: pg.Client;
let server: NoteServer;
const followers: Follower[] = [];

beforeEach(async () => {
  ({ database, client: sql } = await noteDatabase({ bucketShift: SHIFT }));
  janitor = await database.client();
  server = await noteServer(database.connection, { limits: { ringBatches: 8, heartbeatSeconds: 0.2 } });
});
afterEach(async () => {
  followers.splice(0).forEach(({ client }) => client.stop());
  await server?.stop();
  await database?.drop();
});

function follow(): Follower {
  const follower = new Follower(server.url);
  followers.push(follower);
  return follower;
}

const generation = async (): Promise<number> =>
  Number(await one(sql, `SELECT (pg_snapshot_xmax(pg_current_snapshot())::text::bigint >> ${SHIFT}) / 4`));
const floor = async (): Promise<bigint> => BigInt(await one(sql, 'SELECT floor::text FROM sync.state'));
let number = 0;
async function write(): Promise<void> {
  number += 1;
  await sql.query(
    `INSERT INTO note (id, owner, body) VALUES ($1, 'ann', $2) ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
    [`n${number % 40}`, `at ${number}`],
  );
  if (number % 7 === 0) await sql.query('DELETE FROM note WHERE id = $1', [`n${(number + 20) % 40}`]);
}
/** Writes until the ring has come round so many times; upkeep has its rounds all the while. */
async function turns(times: number): Promise<Rotation[]> {
  const rounds: Rotation[] = [];
  const to = (await generation()) + times;
  while ((await generation()) < to) {
    await write();
    if (number % 3 > 0) continue;
    const done = await rotateRing(janitor, QUICK);
    if (done !== undefined) rounds.push(done);
    await setTimeout(10);
  }
  return rounds;
}

test('C6 C7 the ring turns 22 times while clients follow, come and go: all have every row, one from beyond the floor by a snapshot', async () => {
  const [live, goer, late] = [follow(), follow(), follow()];
  for (const follower of followers) await follower.equals(sql);
  late.client.stop();
  const before = late.resets;
  const from = await generation();
  const rounds: Rotation[] = [];
  for (let part = 0; part < 4; part += 1) {
    goer.client.stop();
    rounds.push(...(await turns(1)));
    goer.client.start();
    rounds.push(...(await turns(TURNS / 4)));
    await goer.equals(sql);
    await live.equals(sql);
  }
  expect((await generation()) - from).toBeGreaterThanOrEqual(TURNS);
  expect(new Set(rounds.map(({ emptied }) => emptied).filter((leaf) => leaf !== undefined))).toEqual(new Set([0, 1, 2, 3]));
  expect(rounds.filter(({ emptied }) => emptied !== undefined).length).toBeGreaterThan(TURNS);
  expect(live.resets, 'whoever stays is never reloaded').toBe(1);
  late.client.start();
  await late.equals(sql);
  expect(late.resets).toBe(before + 1);
  expect(server.engine.metrics().epochChanges).toEqual({ start: 1 });
  // What is held is what the ring has of late, however long it has been turning.
  expect(Number(await one(sql, 'SELECT count(*) FROM sync.change'))).toBeLessThan(number / 2);
}, 240_000);

test('C6 C7 a transaction that is open all along is read when it commits; nobody waits for it, it is alarmed about, and the floor stays below it', async () => {
  const live = follow();
  await live.equals(sql);
  const long = await database.client();
  await long.query('BEGIN');
  const held = await xidNow(long);
  await long.query(`INSERT INTO note (id, owner, body) VALUES ('held', 'ann', 'for long')`);
  const rounds = await turns(TURNS);
  await live.equals(sql);
  expect(live.keys).not.toContain('held');
  expect(await floor()).toBeLessThanOrEqual(held);
  const last = rounds.at(-1);
  expect(last).toMatchObject({ stuck: true, emptied: undefined });
  expect(rounds.map(({ oldestSeconds }) => oldestSeconds)).toEqual(
    rounds.map(({ oldestSeconds }) => oldestSeconds).toSorted((a, b) => a - b),
  );
  expect(last?.held).toBeGreaterThan(0);
  await long.query('COMMIT');
  await live.equals(sql);
  expect(live.keys).toContain('held');
  expect(live.resets).toBe(1);
  // Other tests have transactions of their own in the same cluster, which hold the floor as well, for moments.
  await expect.poll(async () => (await turns(4)).at(-1)?.stuck, { timeout: 120_000 }).toBe(false);
  expect(await floor()).toBeGreaterThan(held);
  await live.equals(sql);
}, 240_000);

test('C6 a ring that is stuck and a transaction that is open for long are warned of', () => {
  const codes = (index: Parameters<typeof indexWarnings>[0]): string[] => indexWarnings(index, LIMITS).map(({ code }) => code);
  expect(codes({ rows: 10, stuck: false, oldestSeconds: 60 })).toEqual([]);
  expect(codes({ rows: 10, stuck: true, oldestSeconds: 61 })).toEqual(['rotation_stuck', 'transaction_open']);
});
