import pg from 'pg';
import type { ClientConfig } from 'pg';
import { Problem } from '@elira/protocol';
import { isGone, poolLimits } from './app-pool.ts';
import { asRole } from './connection.ts';

/** One for the flush under way, one so that the next need not wait for a connection that breaks. */
const CONNECTIONS = 2;

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
  const pool = new pg.Pool({ ...asRole(connection, 'elira_flush'), ...poolLimits(), max: CONNECTIONS });
  // An idle connection that breaks is replaced by the pool.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return {
    call: async <Row extends object>(sqlFunction: string, batch: unknown) => {
      const text = `SELECT * FROM ${pg.escapeIdentifier(sqlFunction)}($1::jsonb)`;
      let broken: Error | undefined;
      const client = await pool.connect().catch((error: unknown) => {
        throw new Problem('database_unavailable', undefined, { cause: error });
      });
      try {
        return (await client.query<Row>({ name: sqlFunction, text, values: [JSON.stringify(batch)] })).rows;
      } catch (error) {
        if (!isGone(error)) throw error;
        // What does not answer, or may not write, is not lent again.
        broken = error instanceof Error ? error : new Error(String(error));
        throw new Problem('database_unavailable', undefined, { cause: error });
      } finally {
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}
