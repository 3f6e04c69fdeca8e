import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { captureSql } from '@elira/sync-server';
import { ALL_RULES } from '../../rules.ts';
import { besides, struck, type FaultContext, type Strike } from '../fault.ts';

/** A trial's table is changed under its rules while it streams, and mended as a migration would. */

const ADDED = 'a column is added';
const RETYPED = 'a column is retyped, and the table touched';
const DROPPED = 'a synchronised column is dropped';
const RENAMED = 'a synchronised column is renamed';
const DEMOTED = 'a trigger is demoted, disabled and dropped';
const BOARD = 'schema';
const WITNESS = 'board:2/watch';
/** Milliseconds until what is mended must show again. */
const PATIENCE_MS = 45_000;
/** Milliseconds in which everything else must move while a table is broken. */
const ELSEWHERE_MS = 12_000;

const ODDS_ALONE = { ...ALL_RULES, tables: ALL_RULES.tables.filter(({ name }) => name === 'trial_odds') };

type Change = {
  readonly name: string;
  readonly breaks: string;
  /** What a migration does to mend it, before capture is made anew. */
  readonly mends: string;
  /** What is written while it is broken. */
  readonly meanwhile: string;
  /** Capture compares a column that is gone: it may be refused, and then nothing of it is owed. */
  readonly mayBeRefused?: true;
};

const CHANGES: readonly Change[] = [
  {
    name: ADDED,
    breaks: 'ALTER TABLE trial_odds ADD COLUMN extra text',
    meanwhile: `UPDATE trial_odds SET extra = 'unseen', words = 'with another column'`,
    mends: 'ALTER TABLE trial_odds DROP COLUMN extra',
  },
  {
    name: RETYPED,
    breaks: `ALTER TABLE trial_odds ALTER COLUMN fraction TYPE text USING fraction::text || ' as text'; SELECT sync.touch('trial_odds')`,
    meanwhile: `UPDATE trial_odds SET words = 'with another type'`,
    mends: 'ALTER TABLE trial_odds ALTER COLUMN fraction TYPE float8 USING NULL',
  },
  {
    name: DROPPED,
    breaks: 'ALTER TABLE trial_odds DROP COLUMN number',
    meanwhile: `UPDATE trial_odds SET words = 'without a column'`,
    mayBeRefused: true,
    mends: 'ALTER TABLE trial_odds ADD COLUMN number numeric DEFAULT 5',
  },
  {
    name: RENAMED,
    breaks: 'ALTER TABLE trial_odds RENAME COLUMN number TO figure',
    meanwhile: `UPDATE trial_odds SET words = 'with another name'`,
    mayBeRefused: true,
    mends: 'ALTER TABLE trial_odds RENAME COLUMN figure TO number',
  },
  {
    name: DEMOTED,
    breaks: `ALTER TABLE trial_odds DISABLE TRIGGER ALL; ALTER TABLE trial_odds ENABLE TRIGGER ALL;
      ALTER TABLE trial_odds DISABLE TRIGGER sync_capture_insert; DROP TRIGGER sync_capture_update ON trial_odds`,
    meanwhile: `UPDATE trial_odds SET words = 'with nobody who looks'`,
    mends: '',
  },
];

export const CHANGED_SCHEMA: Strike = {
  name: ADDED,
  also: CHANGES.slice(1).map(({ name }) => name),
  place: 'in calm',
  strike: async (context) => {
    const { database, fleet } = context;
    const probes = fleet.servers.map((server) => context.probe({ server, scope: `odds:${BOARD}/probe` }));
    const witnesses = fleet.servers.map((server) => context.probe({ server, scope: WITNESS }));
    await database.query(
      `INSERT INTO trial_odds (id, board, number, fraction, words) SELECT g::text, $1, g, g, 'whole' FROM generate_series(1, 20) g`,
      [BOARD],
    );
    for (const change of CHANGES) await tryOne(context, change, probes, witnesses);
    await database.query('DELETE FROM trial_odds WHERE board = $1', [BOARD]);
  },
};

type Probes = readonly ReturnType<FaultContext['probe']>[];

async function tryOne(context: FaultContext, change: Change, probes: Probes, witnesses: Probes): Promise<void> {
  const { database } = context;
  const { name, breaks, meanwhile, mends, mayBeRefused } = change;
  await until(PATIENCE_MS, () => Promise.resolve(probes.every(({ sync }) => sync.store.rows('trial_odds').size === 20)));
  await database.cluster.asked(database.connection, async (sql) => {
    await patiently(sql, breaks);
    const refused = await sql.query(meanwhile).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    besides(context, name, 'writes to the table are not hindered', refused === undefined || mayBeRefused === true, { refused });
    await othersGoOn(context, name, witnesses);
    await patiently(sql, `SET ROLE elira_owner; ${mends === '' ? 'SELECT 1' : mends}; RESET ROLE`);
    await patiently(sql, `SET ROLE elira_owner; ${captureSql(ODDS_ALONE, { bucketShift: await shiftOf(sql) })}; RESET ROLE`);
    await sql.query(`UPDATE trial_odds SET words = $1`, [`mended after: ${name}`]);
    const { rows } = await sql.query<{ id: string; number: number | null; fraction: number | null; words: string }>(
      'SELECT id, number::float8 AS number, fraction, words FROM trial_odds ORDER BY id COLLATE "C"',
    );
    const wanted = JSON.stringify(rows.map(({ id, number, fraction, words }) => [id, number, fraction, words]));
    const shown = (): string[] => probes.map(({ sync }) => shownBy(sync.store.rows('trial_odds')));
    const right = await until(PATIENCE_MS, () => Promise.resolve(shown().every((text) => text === wanted)));
    besides(context, name, 'all converge when it is mended', right, right ? {} : { wanted, shown: shown() });
    struck(context, name, { breaks, refused });
  });
}

/** Whoever follows another table must see it move, as if nothing had happened. */
async function othersGoOn(context: FaultContext, name: string, witnesses: Probes): Promise<void> {
  const { database } = context;
  const [row] = await database.query<{ id: string; version: number }>(
    `UPDATE trial_ticks SET version = version + 1 WHERE id = (SELECT id FROM trial_ticks WHERE board = '2' ORDER BY id LIMIT 1) RETURNING id, version`,
  );
  const began = Date.now();
  const moved = await until(ELSEWHERE_MS, () =>
    Promise.resolve(
      witnesses.every(
        ({ sync }) => Number(sync.store.rows('trial_ticks').get(row?.id ?? '')?.['version'] ?? 0) >= (row?.version ?? 0),
      ),
    ),
  );
  const health = await Promise.all(context.fleet.servers.map(async (server) => (await server.metrics())?.health));
  besides(context, name, 'everything else goes on', moved, { milliseconds: Date.now() - began, health });
}

function shownBy(rows: ReadonlyMap<string, { readonly [column: string]: unknown }>): string {
  const all = [...rows].map(([id, row]) => [id, row['number'], row['fraction'], row['words']]);
  return JSON.stringify(all.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

async function shiftOf(sql: pg.Client): Promise<number> {
  const { rows } = await sql.query<{ shift: number }>('SELECT bucket_shift AS shift FROM sync.state');
  return rows[0]?.shift ?? 20;
}

/** Readers hold what a migration wants for moments. */
async function patiently(sql: pg.Client, text: string): Promise<void> {
  await sql.query(`BEGIN; ${text}; COMMIT`);
}

async function until(patienceMs: number, holds: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    if (await holds()) return true;
    await sleep(20);
  }
  return false;
}
