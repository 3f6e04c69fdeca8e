import { makeRandom, type ScratchDatabase } from '@elira/testkit';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { noteDatabase, noteServer, team, type NoteServer } from '../../fixture/notes.ts';
import { RawStream } from '../../fixture/raw-stream.ts';

/** Who was there at a moment: what they held of the team, and the cursor they left with. */
type Leaver = { readonly cursor: string; readonly held: ReadonlyMap<string, unknown> };
type Rows = ReadonlyMap<string, unknown>;

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
let database: ScratchDatabase;
let sql: pg.Client;
const servers: NoteServer[] = [];
const streams: RawStream[] = [];

beforeAll(async () => {
  ({ database, client: sql } = await noteDatabase());
});
beforeEach(() => sql.query('DELETE FROM note; DELETE FROM sync.sample'));
afterEach(async () => {
  streams.splice(0).forEach((stream) => stream.close());
  for (const server of servers.splice(0)) await server.stop();
});
afterAll(() => database?.drop());

async function serve(limits: object = {}): Promise<NoteServer> {
  const server = await noteServer(database.connection, { limits });
  servers.push(server);
  return server;
}

function open(on: NoteServer, cursor?: string): RawStream {
  const path = cursor === undefined ? '/' : `/?cursor=${encodeURIComponent(cursor)}`;
  const stream = new RawStream(on.url, [team('red')], { path });
  streams.push(stream);
  return stream;
}

/** Applies what has come to what was held. */
function led(held: Rows, stream: RawStream): Map<string, unknown> {
  const rows = new Map(held);
  for (const delta of stream.deltas) {
    if (delta.reset === true) rows.clear();
    for (const [key, row] of delta.put?.['note'] ?? []) rows.set(key, row['body']);
    for (const key of delta.drop?.['note'] ?? []) rows.delete(key);
  }
  return rows;
}

async function leaveNow(server: NoteServer): Promise<Leaver> {
  const stream = open(server);
  await expect.poll(() => stream.cursor).toBeDefined();
  const leaver = { cursor: stream.cursor ?? '', held: led(new Map(), stream) };
  stream.close();
  return leaver;
}

const inTeam = async (): Promise<Map<string, unknown>> => {
  const { rows } = await sql.query<{ id: string; body: string }>(`SELECT id, body FROM note WHERE team = 'red'`);
  return new Map(rows.map(({ id, body }) => [id, body]));
};

/** Somebody's hand: a row comes, changes, moves between teams, or goes. */
async function something(random: ReturnType<typeof makeRandom>, n: number): Promise<void> {
  const id = `n${Math.floor(random.next() * 12)}`;
  const [text, values] = random.pick<[string, unknown[]]>([
    [`INSERT INTO note (id, owner, team, body) VALUES ($1, 'ann', 'red', $2) ON CONFLICT DO NOTHING`, [id, `b${n}`]],
    [`UPDATE note SET team = CASE team WHEN 'red' THEN 'blue' ELSE 'red' END WHERE id = $1`, [id]],
    ['UPDATE note SET body = $2 WHERE id = $1', [id, `b${n}`]],
    ['DELETE FROM note WHERE id = $1', [id]],
  ]);
  await sql.query(text, values);
}

/** As a heartbeat would: how far the transaction ids are, from which on a ring may reach back. */
async function takeSample(): Promise<void> {
  await sql.query(`SELECT sync.beat(interval '0')`);
}

test.each([
  ['S13', 'by few reads', { reachSeconds: 0 }],
  ['S14', 'from a ring that reaches back', {}],
] as const)(`%s many who come back at once are each led on from their own cursor, %s (SEED=${seed})`, async (id, _, limits) => {
  const random = makeRandom(seed);
  const before = await serve({ heartbeatSeconds: 600 });
  await takeSample();
  const leavers: Leaver[] = [];
  const states: Rows[] = [];
  // A transaction that runs all along: positions then differ by more than one number.
  const long = await database.client();
  for (let n = 0; n < 60; n += 1) {
    if (n === 20) await long.query(`BEGIN; INSERT INTO note (id, owner, team, body) VALUES ('long', 'ann', 'red', 'late')`);
    if (n === 45) await long.query('COMMIT');
    await something(random, n);
    leavers.push(await leaveNow(before));
    states.push(await inTeam());
  }
  await before.stop();
  servers.splice(0);
  for (let n = 60; n < 70; n += 1) {
    await something(random, n);
    states.push(await inTeam());
  }

  const after = await serve(limits);
  const back = leavers.map(({ cursor }) => open(after, cursor));
  const wanted = await inTeam();
  for (const [index, stream] of back.entries()) {
    await expect.poll(() => stream.named('hello').length, { timeout: 15_000 }).toBe(1);
    await expect.poll(() => led(leavers[index]?.held ?? new Map(), stream), { timeout: 15_000 }).toEqual(wanted);
    // Of what left before its cursor it hears nothing. A server may be a read behind: what it held then is known to it as well.
    const held = leavers[index]?.held ?? new Map<string, unknown>();
    const known = new Set([held, ...states.slice(index)].flatMap((state) => [...state.keys()]));
    const left = stream.deltas.flatMap(({ drop }) => drop?.['note'] ?? []);
    expect(left.filter((key) => !known.has(key))).toEqual([]);
    expect(stream.deltas.some(({ reset }) => reset === true)).toBe(false);
  }
  const { resumed, catchUpReads } = after.engine.metrics();
  const all = leavers.length;
  expect(resumed).toEqual(id === 'S14' ? { ring: all, database: 0, snapshot: 0 } : { ring: 0, database: all, snapshot: 0 });
  expect(catchUpReads).toBeLessThan(id === 'S14' ? 1 : all / 2);
  await long.end();
});

test('S13 one whose cursor lies too far back gets a snapshot, and those with it are led on', async () => {
  const before = await serve({ heartbeatSeconds: 600 });
  const early = await leaveNow(before);
  await sql.query(`INSERT INTO note (id, owner, team, body) SELECT 'n' || g, 'ann', 'red', 'x' FROM generate_series(1, 30) g`);
  const late = [await leaveNow(before), await leaveNow(before)];
  await before.stop();
  servers.splice(0);
  await sql.query(`DELETE FROM note WHERE id = 'n1'`);
  const after = await serve({ changesPerCatchUp: 20 });
  const wanted = await inTeam();
  const comeBack = async (leavers: readonly Leaver[]): Promise<boolean[]> => {
    const back = leavers.map((leaver) => ({ leaver, stream: open(after, leaver.cursor) }));
    for (const { leaver, stream } of back)
      await expect.poll(() => led(leaver.held, stream), { timeout: 15_000 }).toEqual(wanted);
    return back.map(({ stream }) => stream.deltas.some(({ reset }) => reset === true));
  };
  const [young, younger] = late as [Leaver, Leaver];
  // The first is read for alone, the others together.
  expect(await comeBack([young, early, younger, early, young])).toEqual([false, true, false, true, false]);
});

test.each([
  ['as far as few changes lead to now', { reachChanges: 5 }, 3],
  ['not at all where too many have come', { reachChanges: 1 }, 0],
  ['no further than the floor', { reachChanges: 100 }, 3, true],
])('S14 a ring reaches back %s', async (_, limits, rows, floored = false) => {
  const add = (count: number): Promise<unknown> =>
    sql.query(
      `INSERT INTO note (id, owner, team, body) SELECT gen_random_uuid(), 'ann', 'red', 'x' FROM generate_series(1, $1) g`,
      [count],
    );
  const before = await serve({ heartbeatSeconds: 600 });
  await takeSample();
  const early = await leaveNow(before);
  await add(30);
  await takeSample();
  // Where it has not yet read the sample, neither has who leaves it.
  expect(await before.engine.caughtUp(15_000)).toBe(true);
  const late = await leaveNow(before);
  await before.stop();
  servers.splice(0);
  if (floored) await sql.query('UPDATE sync.state SET floor = (SELECT max(oldest) FROM sync.sample)');
  await add(3);
  const after = await serve({ ...limits, heartbeatSeconds: 600 });
  const wanted = await inTeam();
  for (const leaver of [early, late]) {
    const stream = open(after, leaver.cursor);
    await expect.poll(() => led(leaver.held, stream), { timeout: 15_000 }).toEqual(wanted);
  }
  const { resumed, changes } = after.engine.metrics();
  expect(resumed.ring).toBe(rows === 0 ? 0 : 1);
  expect(changes - rows, 'heartbeats beside').toBeLessThan(3);
});
