import type { ClientConfig } from 'pg';
import type pg from 'pg';
import { pendingMigrations } from '@elira/postgres';
import { Problem } from '@elira/protocol';
import { MIGRATIONS_FOLDER } from '../database/prepare-database.ts';
import { requireRestrictedRoles } from '../database/require-restricted-roles.ts';
import { fault, type Examination } from './finding.ts';

/** The database's version, its roles, and whether row-level security holds. */
export async function examineMigrations(owner: pg.ClientBase): Promise<Examination> {
  const pending = await pendingMigrations(owner, [MIGRATIONS_FOLDER]);
  const findings = pending.map((name) =>
    fault('schema_outdated', `Migration ${name} has not run.`, 'npm run elira -- migrate, or start a server of this version.'),
  );
  return { name: 'migrations', seen: pending.length === 0 ? 'all have run' : `${pending.length} have not run`, findings };
}

export async function examineRoles(connection: ClientConfig): Promise<Examination> {
  const name = 'roles';
  try {
    await requireRestrictedRoles(connection);
    return { name, seen: 'none of ours ignores row-level security', findings: [] };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return {
      name,
      seen: 'one ignores row-level security',
      findings: [fault(error.code, error.message, error.detail ?? 'Start a server: it says what to run.')],
    };
  }
}

type Unsecured = { readonly name: string; readonly enabled: boolean; readonly forced: boolean; readonly owned: boolean };

/** As V3 of SPEC.md: every table has row-level security, forced, with a policy for its owner. */
export async function examineRowSecurity(owner: pg.ClientBase): Promise<Examination> {
  const { rows } = await owner.query<Unsecured>(`
    SELECT c.oid::regclass::text AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
      EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'owner_all') AS owned
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname`);
  const findings = rows.flatMap(({ name, enabled, forced, owned }) => {
    if (!enabled)
      return [
        fault(
          'rls_off',
          `Row-level security of ${name} is off: everybody who may read it reads all of it.`,
          `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;`,
        ),
      ];
    if (!forced)
      return [
        fault(
          'rls_not_forced',
          `Row-level security of ${name} does not hold for its owner.`,
          `ALTER TABLE ${name} FORCE ROW LEVEL SECURITY;`,
        ),
      ];
    if (!owned)
      return [
        fault(
          'rls_owner_policy',
          `${name} has no policy for its owner: triggers see no row of it, silently.`,
          `CREATE POLICY owner_all ON ${name} TO elira_owner USING (true) WITH CHECK (true);`,
        ),
      ];
    return [];
  });
  return { name: 'row-level security', seen: `${rows.length} tables`, findings };
}
