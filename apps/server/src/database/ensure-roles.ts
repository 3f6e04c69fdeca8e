import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { ClientConfig } from 'pg';
import { OperatorError } from '../operator-error.ts';
import { errorCode, withClient } from './connection.ts';

const ROLES_FILE = new URL('../../sql/cluster/roles.sql', import.meta.url);
/** Attempts while other databases of the same cluster, or other servers on this one, write the same rows of the catalogue. */
const ATTEMPTS = 8;
const RETRY_MS = 50;
const COLLISIONS = new Set(['42710', '23505', '40001', '40P01', 'XX000']);
const NOT_ALLOWED = '42501';

/** Makes the roles exist and usable for who logs in. Throws `OperatorError` with the SQL to run where that is not allowed. */
export async function ensureRoles(connection: ClientConfig): Promise<void> {
  const sql = await readFile(ROLES_FILE, 'utf8');
  await withClient(connection, async (client) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        // One string is one transaction.
        await client.query(sql);
        return;
      } catch (error) {
        const code = errorCode(error) ?? '';
        if (code === NOT_ALLOWED) throw await notAllowed(client, error);
        if (!COLLISIONS.has(code) || attempt === ATTEMPTS) throw error;
        await sleep(RETRY_MS * attempt * (1 + Math.random()));
      }
    }
  });
}

async function notAllowed(client: pg.Client, cause: unknown): Promise<OperatorError> {
  const { rows } = await client.query<{ user: string; database: string }>(
    'SELECT current_user AS user, current_database() AS database',
  );
  const user = pg.escapeIdentifier(rows[0]?.user ?? '');
  const database = pg.escapeIdentifier(rows[0]?.database ?? '');
  return new OperatorError(
    `The database user ${user} may not create the roles that Elira needs.`,
    [
      `Let an administrator run this, connected to the database ${database}, and start again (leave out roles that exist already):`,
      '',
      '  CREATE ROLE elira_owner NOLOGIN;',
      '  CREATE ROLE elira_app NOLOGIN;',
      '  CREATE ROLE elira_flush NOLOGIN;',
      '  CREATE ROLE elira_reader NOLOGIN;',
      '  CREATE ROLE elira_auth NOLOGIN;',
      `  GRANT elira_owner, elira_app, elira_flush, elira_reader, elira_auth TO ${user};`,
      `  GRANT CREATE ON DATABASE ${database} TO elira_owner;`,
      '  GRANT USAGE, CREATE ON SCHEMA public TO elira_owner;',
    ].join('\n'),
    { cause },
  );
}
