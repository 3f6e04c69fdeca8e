import pg from 'pg';
import type { HostAnswer } from './choose-primary.ts';

/** Milliseconds in which a host must take a connection and answer. */
const PATIENCE_MS = 3_000;

const QUESTION = `
  SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off' AS writable,
    CASE WHEN pg_is_in_recovery() THEN '' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END AS timeline`;

/** Asks a host on a connection of its own: one that is open already may lead to a server that others have left. Undefined: no answer. */
export async function askHost(connection: pg.ClientConfig, host: number): Promise<HostAnswer | undefined> {
  const client = new pg.Client({
    ...connection,
    application_name: 'elira-primary',
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ writable: boolean; timeline: string }>(QUESTION);
    const [row] = rows;
    return row === undefined ? undefined : { host, ...row, system: await systemOf(client) };
  } catch {
    return undefined;
  } finally {
    client.end().catch(() => undefined);
  }
}

/** Not everybody may read it; then the timeline has to do. */
async function systemOf(client: pg.Client): Promise<string> {
  const name = 'SELECT system_identifier::text AS name FROM pg_control_system()';
  const { rows } = await client.query<{ name: string }>(name).catch(() => ({ rows: [] }));
  return rows[0]?.name ?? '';
}
