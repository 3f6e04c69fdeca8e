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

/** Users' queries, each in a transaction under row-level security. */
export type AppPool = {
  /**
   * Runs `work` as `viewer`, in one transaction; `mutationId`, a UUID, is what it says it is done for. Throws `Problem`
   * database_unavailable when no connection is to be had, or when it breaks: then it is not known whether it was committed.
   */
  readonly as: <T>(viewer: Viewer, work: (client: pg.ClientBase) => Promise<T>, mutationId?: string) => Promise<T>;
  readonly close: () => Promise<void>;
};

export function openAppPool(connection: ClientConfig): AppPool {
  const pool = new pg.Pool({
    ...asRole(connection, 'elira_app'),
    max: CONNECTIONS,
    connectionTimeoutMillis: WAIT_MS,
    statement_timeout: STATEMENT_MS,
  });
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
    await client.query('ROLLBACK').catch(remember);
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

/** Whether the error is about the connection and not about the statement. */
export function isGone(error: unknown): boolean {
  const code = errorCode(error);
  if (code === undefined)
    return error instanceof Error && /^Connection terminated|^Client has encountered a connection error/.test(error.message);
  return /^(08|57P|53)/.test(code) || /^E[A-Z]+$/.test(code);
}
