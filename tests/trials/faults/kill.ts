import { setTimeout as sleep } from 'node:timers/promises';
import { parsePosition } from '@elira/protocol';
import pg from 'pg';
import { readPlace } from '../clients/read-place.ts';
import type { TrialClient } from '../clients/trial-client.ts';
import type { TrialDatabase } from '../database/trial-database.ts';
import type { HistoryFile } from '../history.ts';
import { MARKER_NOTES } from '../world.ts';
import type { Fleet } from './fleet.ts';

/** kill -9 of servers and of PostgreSQL. Those `atRest` need writers that stand still, the others strike while they write. */
export type Kill = { readonly name: string; readonly atRest: boolean; readonly strike: (context: KillContext) => Promise<void> };

export type KillContext = {
  readonly fleet: Fleet;
  readonly database: TrialDatabase;
  readonly history: HistoryFile;
  /** Keeps writers from connecting while it is pending. */
  readonly holdWriters: (until: Promise<void>) => void;
};

/** Transactions that are rolled back before a crash, so that their ids are handed out again after it. */
const BURNED = 200;
/** A heartbeat that commits at the wrong moment makes the ids durable: then there was no reuse, and it is tried again. */
const ATTEMPTS = 8;
const READ_PATIENCE_MS = 1_500;
const EPOCH_PATIENCE_MS = 20_000;

export const KILLS: readonly Kill[] = [
  { name: 'kill -9 of a server', atRest: false, strike: (context) => killServer(context, 0) },
  { name: 'kill -9 of a backend after rollbacks, ids reused', atRest: true, strike: (context) => crashWithReuse(context, 'backend') },
  { name: 'kill -9 of the other server', atRest: false, strike: (context) => killServer(context, 1) },
  { name: 'kill -9 of PostgreSQL after rollbacks, ids reused', atRest: true, strike: (context) => crashWithReuse(context, 'postmaster') },
  { name: 'kill -9 of PostgreSQL under load', atRest: false, strike: crashUnderLoad },
];

async function killServer({ fleet, history }: KillContext, index: number): Promise<void> {
  const server = fleet.servers[index];
  if (server === undefined) return;
  const connected = fleet.clientsOf(server).length;
  const signal = await server.kill();
  await server.start();
  fleet.refresh();
  if (signal === 'SIGKILL') history.write({ kind: 'fault', name: KILLS[index === 0 ? 0 : 2]?.name ?? '', proof: { signal, connected } });
}

async function crashUnderLoad(context: KillContext): Promise<void> {
  const { database, history } = context;
  let open: () => void = () => undefined;
  context.holdWriters(new Promise<void>((resolve) => void (open = resolve)));
  try {
    const pid = await database.kill();
    await database.start();
    await noteCrash(context);
    history.write({ kind: 'fault', name: 'kill -9 of PostgreSQL under load', proof: { pid } });
  } finally {
    open();
  }
}

/**
 * The crash after which xids come again: a transaction with a low id commits while higher ids are rolled back, so that servers and
 * clients see positions beyond those ids, and nothing durable knows of them.
 */
async function crashWithReuse(context: KillContext, victim: 'backend' | 'postmaster'): Promise<void> {
  const { database, history } = context;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const before = new Map(context.fleet.clients.map((client) => [client, client.sync.store.epoch]));
    const { burned, kill } = await burnIds(context, victim, attempt);
    const seen = await untilRead(context.fleet.clients, burned);
    await kill();
    await database.untilReady();
    await noteCrash(context);
    const [{ next = '0' } = {}] = await database.query<{ next: string }>('SELECT pg_current_xact_id()::text AS next');
    if (seen && BigInt(next) <= burned) {
      history.write({ kind: 'fault', name: nameOf(victim), proof: { burned: burned.toString(), next, attempt } });
      return;
    }
    await untilElsewhere(before);
  }
}

async function burnIds({ database }: KillContext, victim: 'backend' | 'postmaster', attempt: number): Promise<{ burned: bigint; kill: () => Promise<void> }> {
  const [committing, burning] = [await connected(database), await connected(database)];
  await committing.query('BEGIN');
  for (const { id } of MARKER_NOTES) await committing.query('UPDATE trial_notes SET body = $2, version = version + 1 WHERE id = $1', [id, `before crash ${attempt}`]);
  let burned = 0n;
  for (let count = 0; count < BURNED; count += 1) {
    const { rows } = await burning.query<{ id: string }[]>({ text: 'BEGIN; SELECT pg_current_xact_id()::text AS id; ROLLBACK' }).then((results) => ({ rows: lastRows(results) }));
    burned = BigInt(rows[0]?.id ?? 0);
  }
  const { rows } = await burning.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const pid = rows[0]?.pid ?? 0;
  await committing.query('COMMIT');
  const kill = async (): Promise<void> => {
    if (victim === 'postmaster') {
      await database.kill();
      await database.start();
    } else {
      const died = new Promise<void>((resolve) => burning.once('end', () => resolve()));
      process.kill(pid, 'SIGKILL');
      await died;
    }
    await Promise.all([committing, burning].map((client) => client.end().catch(() => undefined)));
  };
  return { burned, kill };
}

/** Of a query of several statements, the rows of the one that returned some. */
function lastRows(results: unknown): { id: string }[] {
  const list = Array.isArray(results) ? (results as { rows: { id: string }[] }[]) : [results as { rows: { id: string }[] }];
  return list.find(({ rows }) => rows.length > 0)?.rows ?? [];
}

/** Whether some clients were given positions beyond the burned ids. */
async function untilRead(clients: readonly TrialClient[], burned: bigint): Promise<boolean> {
  const deadline = Date.now() + READ_PATIENCE_MS;
  const beyond = (client: TrialClient): boolean => {
    const { cursor } = client.sync;
    return cursor !== undefined && parsePosition(readPlace(cursor).position).xmax > burned;
  };
  while (Date.now() < deadline) {
    if (clients.filter(beyond).length >= clients.length / 2) return true;
    await sleep(2);
  }
  return false;
}

/** Until every client has seen the new epoch: the judge counts epochs by what clients were told. */
async function untilElsewhere(before: ReadonlyMap<TrialClient, string | undefined>): Promise<void> {
  const deadline = Date.now() + EPOCH_PATIENCE_MS;
  const waits = ([{ sync }, epoch]: [TrialClient, string | undefined]): boolean => sync.status !== 'live' || sync.store.epoch === epoch;
  while ([...before].some(waits) && Date.now() < deadline) await sleep(20);
}

/** History lines up to here were written before the crash: the sequence is ahead of all of them, and those after it are ahead of that. */
async function noteCrash({ database, history }: KillContext): Promise<void> {
  const [{ ord = 0 } = {}] = await database.query<{ ord: number }>('SELECT last_value::float8 AS ord FROM trial_history_ord_seq');
  history.write({ kind: 'crash', ord });
}

async function connected(database: TrialDatabase): Promise<pg.Client> {
  const client = new pg.Client(database.connection);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

function nameOf(victim: 'backend' | 'postmaster'): string {
  return victim === 'backend' ? (KILLS[1]?.name ?? '') : (KILLS[3]?.name ?? '');
}
