import { fileURLToPath } from 'node:url';
import type { ClientConfig } from 'pg';
import { migrate } from '@elira/postgres';
import { asRole } from './connection.ts';
import { ensureRoles } from './ensure-roles.ts';
import { requireRestrictedRoles } from './require-restricted-roles.ts';

export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../sql', import.meta.url));

/**
 * Brings a database to the version of this program: roles, then the numbered migrations as elira_owner, then a look whether
 * row-level security would hold. Returns the names of the migrations it ran. Any number of servers may do it at once.
 */
export async function prepareDatabase(
  connection: ClientConfig,
  onProgress: (line: string) => void,
): Promise<readonly string[]> {
  await ensureRoles(connection);
  const applied = await migrate(asRole(connection, 'elira_owner'), [MIGRATIONS_FOLDER], { onProgress });
  await requireRestrictedRoles(connection);
  return applied;
}
