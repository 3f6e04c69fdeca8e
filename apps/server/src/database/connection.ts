import pg from 'pg';
import type { ClientConfig } from 'pg';

/** The database roles of sql/cluster/roles.sql. */
export type DatabaseRole = 'elira_owner' | 'elira_app' | 'elira_flush' | 'elira_reader' | 'elira_auth';

/** Milliseconds until an attempt to connect is given up. */
const CONNECT_MS = 10_000;

/** `base` with a role taken at connect, before any statement can run as anybody else. */
export function asRole(base: ClientConfig, role: DatabaseRole): ClientConfig {
  return {
    ...base,
    options: `-c role=${role} -c timezone=UTC`,
    application_name: role.replace('_', '-'),
    connectionTimeoutMillis: CONNECT_MS,
  };
}

/** Runs `work` on a connection of its own. */
export async function withClient<T>(connection: ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionTimeoutMillis: CONNECT_MS, ...connection });
  // A connection that breaks while nothing waits for it must not end the process; the next statement tells.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** SQLSTATE of an error of PostgreSQL, `ECONNREFUSED` and its like of the network, else undefined. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
