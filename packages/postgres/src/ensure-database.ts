import pg from 'pg';
import type { ClientConfig } from 'pg';

/** Someone else created it between our look and our command. */
const ALREADY_THERE = new Set(['42P04', '23505']);

/**
 * Creates `database` where absent: UTF-8, ordered by code point whatever the cluster's locale (as JavaScript can repeat it).
 * `connection` names any database of the cluster and a role that may create databases.
 */
export async function ensureDatabase(connection: ClientConfig, database: string): Promise<{ created: boolean }> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (found.rowCount !== 0) return { created: false };
    const version = await serverVersion(client);
    await createDatabase(client, database, version);
    return { created: true };
  } finally {
    await client.end();
  }
}

async function createDatabase(client: pg.Client, database: string, version: number): Promise<void> {
  for (const locale of localesFor(version)) {
    try {
      await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)} TEMPLATE template0 ENCODING 'UTF8' ${locale}`);
      return;
    } catch (error) {
      const code = error instanceof pg.DatabaseError ? error.code : undefined;
      if (code !== undefined && ALREADY_THERE.has(code)) return;
      if (code !== '42809' && code !== '22023') throw error;
    }
  }
}

/** In order of preference. Before 17 there is no provider of our own choosing that every system has: case rules may be ASCII's only. */
function localesFor(version: number): string[] {
  if (version >= 17) return ["LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C'"];
  const provider = version >= 15 ? 'LOCALE_PROVIDER libc ' : '';
  return [`${provider}LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'`, `${provider}LC_COLLATE 'C' LC_CTYPE 'C'`];
}

/** The major version, such as 18. */
export async function serverVersion(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::int / 10000 AS version",
  );
  return rows[0]?.version ?? 0;
}
