import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { TrialClient } from '../clients/trial-client.ts';
import { sqlFile } from '../database/trial-database.ts';
import type { HistoryLine } from '../history.ts';
import type { FaultContext } from './fault.ts';
import type { Fleet } from './fleet.ts';
import type { ServerProcess } from './server-process.ts';

/** What faults that end an epoch have in common. */

const READ_PATIENCE_MS = 1_500;
const EPOCH_PATIENCE_MS = 30_000;

type Asking = Pick<pg.Client, 'query'>;
export type Epochs = ReadonlyMap<TrialClient, string | undefined>;

export function epochsOf({ clients }: Fleet): Epochs {
  return new Map(clients.map((client) => [client, client.sync.store.epoch]));
}

/** Whether every server has begun and ended a read since now. */
export async function untilRead(servers: readonly ServerProcess[]): Promise<boolean> {
  const deadline = Date.now() + READ_PATIENCE_MS;
  const since = await Promise.all(servers.map((server) => server.polls()));
  while (Date.now() < deadline) {
    const now = await Promise.all(servers.map((server) => server.polls()));
    if (now.every((polls, index) => polls >= (since[index] ?? 0) + 2)) return true;
    await sleep(1);
  }
  return false;
}

/** Until every client has seen the new epoch: the judge counts epochs by what clients were told. Returns the milliseconds it took. */
export async function untilElsewhere(before: Epochs): Promise<number> {
  const began = Date.now();
  const deadline = began + EPOCH_PATIENCE_MS;
  const waits = ([{ sync, signedOut }, epoch]: [TrialClient, string | undefined]): boolean =>
    !signedOut && (sync.status !== 'live' || sync.store.epoch === epoch);
  while ([...before].some(waits) && Date.now() < deadline) await sleep(20);
  return Date.now() - began;
}

/** The sequence is ahead of all history lines that there are, and those after now are ahead of it. */
export async function lastOrd(sql: Asking): Promise<number> {
  const { rows } = await sql.query<{ ord: number }>('SELECT last_value::float8 AS ord FROM trial_history_ord_seq');
  return rows[0]?.ord ?? 0;
}

/** History lines behind `ord`. */
export async function linesAfter(sql: Asking, ord: number): Promise<HistoryLine[]> {
  const { rows } = await sql.query<Omit<HistoryLine, 'ord'> & { readonly ord: string }>(
    `SELECT * FROM (${sqlFile('oracle-history.sql')}) lines WHERE lines.ord::bigint > $1`,
    [ord],
  );
  return rows.map((row) => ({ ...row, ord: Number(row.ord) }));
}

/** PostgreSQL has crashed, and history lines up to now were written before that. */
export async function noteCrash(context: Pick<FaultContext, 'history' | 'database'>): Promise<void> {
  const ord = await context.database.inSnapshot(lastOrd);
  context.history.write({ kind: 'crash', ord });
}

/**
 * An epoch has ended whose last commits are gone: `before` are lines that it had, `after` those of them that are still there. The lines of
 * the next epoch begin after `ord`. Returns how many are gone.
 */
export function noteLoss(
  { history }: Pick<FaultContext, 'history'>,
  ord: number,
  before: readonly HistoryLine[],
  after: readonly HistoryLine[],
): number {
  const there = new Set(after.map(nameOf));
  const lost = before.filter((line) => !there.has(nameOf(line)));
  history.write({ kind: 'crash', ord, lost });
  return lost.length;
}

const nameOf = ({ ord, xid, tbl, key }: HistoryLine): string => [ord, xid, tbl, key].join(' ');
