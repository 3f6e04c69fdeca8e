import pg from 'pg';
import type { ClientConfig } from 'pg';
import { Problem } from '@elira/protocol';
import type { Viewer } from '../viewer.ts';
import { asRole, errorCode } from './connection.ts';

/** Connections of one server that users' queries share. */
const CONNECTIONS = 10;
/** Milliseconds a query may wait for a free connection, and run. */
const WAIT_MS = 3_000;
const STATEMENT_MS = 10_000;
/** Milliseconds without an answer after which a connection is taken for dead (half-open): later than the above. */
const SILENCE_MS = 12_000;
/** Seconds that a connection lives: after a failover the old primary still answers on those it has. */
const LIFETIME_SECONDS = 60;

/** What the pools of the application have in common. */
export function poolLimits(silenceMs = SILENCE_MS): pg.PoolConfig {
  return {
    connectionTimeoutMillis: WAIT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: silenceMs,
    keepAlive: true,
    maxLifetimeSeconds: LIFETIME_SECONDS,
  };
}

/** Users' queries, each in a transaction under row-level security. */
export type AppPool = {
  /**
   * Runs `work` as `viewer`, in one transaction; `mutationId`, a UUID, is what it says it is done for. Throws `Problem`
   * database_unavailable when no connection is to be had, or when it breaks: then it is not known whether it was committed.
   */
  readonly as: <T>(viewer: Viewer, work: (client: pg.ClientBase) => Promise<T>, mutationId?: string) => Promise<T>;
  readonly close: () => Promise<void>;
};

/** `silenceMs`: milliseconds without an answer after which a connection is given up. */
export function openAppPool(
  connection: ClientConfig,
  { silenceMs, connections = CONNECTIONS }: { readonly silenceMs?: number; readonly connections?: number } = {},
): AppPool {
  const pool = new pg.Pool({ ...asRole(connection, 'elira_app'), ...poolLimits(silenceMs), max: connections });
  // An idle connection that breaks is replaced by the pool.
  pool.on('error', () => undefined);
  return {
    as: async (viewer, work, mutationId) => {
      const client = await pool.connect().catch((error: unknown) => {
        throw new Problem('database_unavailable', undefined, { cause: error });
      });
      try {
        return await inTransaction(client, beginAs(viewer, mutationId), work);
      } catch (error) {
        throw isGone(error) ? new Problem('database_unavailable', undefined, { cause: error }) : error;
      }
    },
    close: () => pool.end(),
  };
}

async function inTransaction<T>(client: pg.PoolClient, begin: string, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  let broken: Error | undefined;
  const remember = (error: Error): void => {
    broken = error;
  };
  client.on('error', remember);
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // What does not answer, or may not write, is not asked again: it is not lent to the next either.
    if (isGone(error)) broken = error instanceof Error ? error : new Error(String(error));
    else await client.query('ROLLBACK').catch(remember);
    throw error;
  } finally {
    client.off('error', remember);
    client.release(broken);
  }
}

/** Pure. One message: no statement can come between the beginning and who it is for. */
export function beginAs(viewer: Viewer, mutationId?: string): string {
  const forWhat = mutationId === undefined ? '' : `; SET LOCAL elira.mutation_id = ${pg.escapeLiteral(mutationId)}`;
  switch (viewer.kind) {
    case 'anonymous':
      return 'BEGIN';
    case 'operator':
      return "BEGIN; SET LOCAL elira.operator = 'on'";
    case 'user':
      return `BEGIN; SET LOCAL elira.user_id = ${pg.escapeLiteral(viewer.id)}${forWhat}`;
  }
}

/** Words of node-postgres for connections that broke or fell silent: its own errors have no code. */
const GONE =
  /^Connection terminated|^Client has encountered a connection error|^Query read timeout|^timeout exceeded when trying to connect/;
/** Connection failures, resources used up, PostgreSQL going down; and a database that takes no writes: an old primary, or a standby. */
const GONE_CODES = /^(08|57P|53|25006$)/;

/** Whether the error is about the connection and not about the statement. */
export function isGone(error: unknown): boolean {
  const code = errorCode(error);
  if (code === undefined) return error instanceof Error && GONE.test(error.message);
  return GONE_CODES.test(code) || /^E[A-Z]+$/.test(code);
}
