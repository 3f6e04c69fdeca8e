import { contains, formatPosition, parsePosition, sees, type Position } from '@elira/protocol';
import { makeRandom, type Random, type ScratchDatabase } from '@elira/testkit';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { positionNow, windowFrom } from '../../fixture/history.ts';
import { NOTE, noteDatabase, TICK } from '../../fixture/notes.ts';
import { rowId, type ChangeWindow, type RowState } from './change-window.ts';

const SEED = Number(process.env['SEED'] ?? 20_261_122);
const WINDOWS = 250;
const WRITERS = 6;

let database: ScratchDatabase;
let sql: pg.Client;

beforeAll(async () => {
  ({ database, client: sql } = await noteDatabase());
});
afterAll(async () => await database?.drop());

/** One write of a writer, on few rows, so that transactions follow each other on them. */
function write(random: Random): string {
  const [id, to] = [`k${random.below(8)}`, random.pick([`'ann'`, `'bob'`, 'NULL'])];
  const tick = random.below(4);
  return random.pick([
    `INSERT INTO note (id, owner) VALUES ('${id}', ${to}) ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, version = note.version + 1`,
    `UPDATE note SET version = version + 1, team = ${to} WHERE id = '${id}'`,
    `DELETE FROM note WHERE id = '${id}'`,
    `UPDATE note SET id = 'k' || (8 + random() * 3)::integer WHERE id = '${id}'`,
    `INSERT INTO tick (id, board) VALUES (${tick}, 'b') ON CONFLICT (id) DO UPDATE SET count = tick.count + 1`,
    `DELETE FROM tick WHERE id = ${tick}`,
    `SELECT sync.touch('note')`,
  ]);
}

/** Transactions of any length, with savepoints, rollbacks and two-phase commits, until `going` says no. */
async function keepWriting(client: pg.Client, name: string, random: Random, going: () => boolean): Promise<void> {
  await client.query('SET lock_timeout = 50');
  for (let number = 0; going(); number += 1) {
    try {
      await client.query('BEGIN');
      for (let n = random.below(5); n >= 0; n -= 1) {
        if (random.chance(0.3)) await client.query('SAVEPOINT s');
        await client.query(write(random));
        if (random.chance(0.15)) await client.query(`SAVEPOINT t; ${write(random)}; ROLLBACK TO t`);
      }
      if (random.chance(0.2)) {
        await client.query(`PREPARE TRANSACTION '${name} ${number}'`);
        await client.query(`${random.chance(0.3) ? 'ROLLBACK' : 'COMMIT'} PREPARED '${name} ${number}'`);
      } else await client.query(random.chance(0.2) ? 'ROLLBACK' : 'COMMIT');
    } catch {
      // A lock or a key was taken.
      await client.query('ROLLBACK');
    }
  }
}

type Rows = ReadonlyMap<string, RowState>;
type Reading = { readonly from: Position; readonly before: Rows; readonly window: ChangeWindow; readonly after: Rows };

/** Every row as the window should show it, by SQL that knows nothing of the rules. */
async function allRows(client: pg.Client): Promise<Rows> {
  const { rows } = await client.query<{ id: string; tuple: (string | null)[]; bodies: string[] }>(`
    SELECT '${NOTE}:' || id AS id, ARRAY[owner, team, is_public::text] AS tuple, ARRAY[
      (SELECT row_to_json(r)::text FROM (SELECT n.id, owner, team, body, secret, version) r),
      (SELECT row_to_json(r)::text FROM (SELECT n.id, owner, body, version) r),
      (SELECT row_to_json(r)::text FROM (SELECT n.id, body) r)] AS bodies FROM note n
    UNION ALL SELECT '${TICK}:' || id, ARRAY[board], ARRAY[(SELECT row_to_json(r)::text FROM (SELECT t.id::text AS id, board, count::text AS count) r)] FROM tick t`);
  return new Map(rows.map(({ id, tuple, bodies }) => [id, { tuple, bodies }]));
}

async function readFrom(client: pg.Client, from: Position, before: Rows): Promise<Reading> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const window = await windowFrom(client, from);
  const after = await allRows(client);
  await client.query('COMMIT');
  return { from, before, window, after };
}

test(`R1 a window holds exactly the changes between two positions, and the rows as of the second (SEED=${SEED})`, async () => {
  const random = makeRandom(SEED);
  const clients = await Promise.all(Array.from({ length: WRITERS + 1 }, () => database.client()));
  const [reader, ...writers] = clients as [pg.Client, ...pg.Client[]];
  let going = true;
  const first = await positionNow(reader);
  const work = writers.map((client, index) =>
    keepWriting(client, `writer ${index}`, random.fork(`writer ${index}`), () => going),
  );
  const readings: Reading[] = [];
  let earlier: readonly { readonly at: Position; readonly rows: Rows }[] = [{ at: first, rows: new Map() }];
  while (readings.length < WINDOWS) {
    // From the last position, as the reader of a server does, or from an older one, as for a cursor that comes back.
    const start = (random.chance(0.7) ? earlier.at(-1) : random.pick(earlier.slice(-20))) ?? { at: first, rows: new Map() };
    const reading = await readFrom(reader, start.at, start.rows);
    readings.push(reading);
    earlier = [...earlier, { at: reading.window.to, rows: reading.after }];
  }
  going = false;
  await Promise.all(work);

  const { rows } = await sql.query<{ xid: string; line: string }>(
    `SELECT xid::text, concat_ws(' ', xid, coalesce(seq, 0), table_id, op, key, was::text) AS line FROM sync.change WHERE table_id <> 0`,
  );
  const index = rows.map(({ xid, line }) => ({ xid: BigInt(xid), line }));
  for (const { from, before, window, after } of readings) {
    const where = `${formatPosition(from)} → ${formatPosition(window.to)}`;
    expect(contains(window.to, from), where).toBe(true);
    const expected = index.filter(({ xid }) => !sees(from, xid) && sees(window.to, xid)).map(({ line }) => line);
    expect(window.changes.map(lineOf).toSorted(), where).toEqual(expected.toSorted());
    const touched = new Set(window.changes.map(({ tableId, key }) => rowId(tableId, key ?? '')));
    for (const id of touched) expect(window.states.get(id), `${where} ${id}`).toEqual(after.get(id));
    for (const id of window.states.keys()) expect(touched).toContain(id);
    const unlike = [...new Set([...before.keys(), ...after.keys()])].filter(
      (id) => !touched.has(id) && !same(before.get(id), after.get(id)),
    );
    expect(unlike, `${where}: rows that differ without a change`).toEqual([]);
  }
  expect(readings.filter(({ from }) => from.xip.length > 0).length, 'positions with running transactions').toBeGreaterThan(
    WINDOWS / 5,
  );
  expect(
    readings.filter(({ from, window }) => window.changes.some(({ xid }) => xid < from.xmax)).length,
    'late commits',
  ).toBeGreaterThan(WINDOWS / 10);
});

/** A change in the form in which SQL was asked for it. */
function lineOf({ xid, seq, tableId, op, key, was }: ChangeWindow['changes'][number]): string {
  const tuple = was === undefined ? undefined : `{${was.map((value) => value ?? 'NULL').join(',')}}`;
  return [xid, seq ?? 0, tableId, op, key, tuple].filter((part) => part !== undefined).join(' ');
}

function same(one: RowState | undefined, other: RowState | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

test('R1 positions are taken as they are, also where the first is the second', async () => {
  const here = await positionNow(sql);
  const { changes, states, to } = await windowFrom(sql, here);
  expect([changes, states.size]).toEqual([[], 0]);
  expect(contains(to, here)).toBe(true);
  const nothing = parsePosition('3:3:');
  expect((await windowFrom(sql, nothing)).changes.length).toBeGreaterThan(0);
});
