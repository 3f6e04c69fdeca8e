import { formatPosition, parsePosition, type Position } from '@elira/protocol';
import { captureSql, syncSchemaSql } from '@elira/sync-server';
import { makeRandom, throwawayCluster, type Cluster } from '@elira/testkit';
import { readFileSync } from 'node:fs';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowsOf, windowsOf } from './comparison/compare-reads.ts';
import { PairedDatabases, SHIFT } from './comparison/paired-databases.ts';
import { snapshotText } from './database/snapshot.ts';
import { NOTE_MOVES } from './moves/note-moves.ts';
import { OTHER_MOVES } from './moves/other-moves.ts';
import { SIMULATION_RULES } from './world/simulation-rules.ts';

const SCHEDULES = 200;
const STEPS = 40;
/** Positions from which windows are read, at most. */
const POSITIONS = 8;
const first = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

let cluster: Cluster;
let clients: pg.Client[];

beforeAll(async () => {
  // Nobody else may draw transaction ids.
  cluster = await throwawayCluster({ settings: { max_prepared_transactions: '50', autovacuum: 'off' } });
  clients = await PairedDatabases.connect(cluster);
  const [client] = clients as [pg.Client];
  await client.query(syncSchemaSql());
  await client.query('UPDATE sync.state SET bucket_shift = $1', [SHIFT]);
  await client.query(readFileSync(new URL('world/simulation-tables.sql', import.meta.url), 'utf8'));
  await client.query(captureSql(SIMULATION_RULES, { bucketShift: SHIFT }));
});
afterAll(async () => {
  await cluster?.remove();
});

/** One schedule on both: the same snapshot after every step, the same window from any position before, the same rows. */
async function compare(seed: number): Promise<number> {
  const random = makeRandom(seed);
  const both = await PairedDatabases.begin(random, [...NOTE_MOVES, ...OTHER_MOVES], clients);
  const positions: Position[] = [];
  let changes = 0;
  for (let step = 0; step < STEPS; step += 1) {
    const what = await both.step();
    const { current } = both.model;
    const { rows } = await both.client.query<{ at: string }>('SELECT pg_current_snapshot()::text AS at');
    expect(snapshotText(current.snapshot()), `seed ${seed}, step ${step}, ${what}`).toBe(rows[0]?.at);
    positions.push(parsePosition(rows[0]?.at ?? ''));
    if (positions.length > POSITIONS) positions.splice(random.below(positions.length - 1), 1);
    const from = random.pick(positions);
    const [real, model, to] = await windowsOf(both.client, current, from);
    expect(model, `seed ${seed}, step ${step}, ${what}, from ${formatPosition(from)} to ${formatPosition(to)}`).toEqual(real);
    changes += JSON.stringify(real).length;
  }
  await both.rest();
  const [real, model] = await rowsOf(both.client, both.model.current);
  expect(model, `seed ${seed}, at rest`).toEqual(real);
  return changes;
}

test(
  `the model of PostgreSQL gives the snapshots, windows and rows of PostgreSQL itself, on ${SCHEDULES} random schedules (SEED=${first})`,
  { timeout: 600_000 },
  async () => {
    let changes = 0;
    for (let index = 0; index < SCHEDULES; index += 1) changes += await compare(first + index);
    expect(changes).toBeGreaterThan(SCHEDULES * STEPS);
  },
);
