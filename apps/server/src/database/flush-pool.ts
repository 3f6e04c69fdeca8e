import pg from 'pg';
import type { ClientConfig } from 'pg';
import { Problem } from '@elira/protocol';
import { isGone } from './app-pool.ts';
import { asRole } from './connection.ts';

/** One for the flush under way, one so that the next need not wait for a connection that breaks. */
const CONNECTIONS = 2;
const WAIT_MS = 3_000;
const STATEMENT_MS = 10_000;

/** What is committed together, as a role with no rights but on the functions that do it. */
export type FlushPool = {
  /**
   * The rows that `sqlFunction` returns for `batch`, as JSON, in a transaction of its own. Throws `Problem` database_unavailable when the
   * connection breaks, and then it is not known whether it was committed.
   */
  readonly call: <Row extends object>(sqlFunction: string, batch: unknown) => Promise<Row[]>;
  readonly close: () => Promise<void>;
};

export function openFlushPool(connection: ClientConfig): FlushPool {
  const pool = new pg.Pool({
    ...asRole(connection, 'elira_flush'),
    max: CONNECTIONS,
    connectionTimeoutMillis: WAIT_MS,
    statement_timeout: STATEMENT_MS,
  });
  // An idle connection that breaks is replaced by the pool.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return {
    call: async <Row extends object>(sqlFunction: string, batch: unknown) => {
      try {
        const { rows } = await pool.query<Row>({
          name: sqlFunction,
          text: `SELECT * FROM ${pg.escapeIdentifier(sqlFunction)}($1::jsonb)`,
          values: [JSON.stringify(batch)],
        });
        return rows;
      } catch (error) {
        throw isGone(error) ? new Problem('database_unavailable', undefined, { cause: error }) : error;
      }
    },
    close: () => pool.end(),
  };
}
