import type { ClientConfig } from 'pg';
import { Problem } from '@elira/protocol';
import { asRole, withClient } from './connection.ts';

/** Roles for which row-level security must hold. */
const RESTRICTED = ['elira_app', 'elira_flush', 'elira_reader', 'elira_auth'] as const;

type RoleFacts = {
  readonly role: string;
  readonly taken: boolean;
  readonly superuser: boolean;
  readonly bypasses: boolean;
  readonly owns: boolean;
};

const FACTS = `
  SELECT r.rolname AS role, r.rolname = current_user AS taken, r.rolsuper AS superuser, r.rolbypassrls AS bypasses,
    pg_has_role(r.oid, 'elira_owner', 'MEMBER') AS owns
  FROM pg_roles r WHERE r.rolname = $1`;

/**
 * Refuses to go on when a role of ours would ignore row-level security: as superuser, by BYPASSRLS, or as the tables' owner.
 * Throws `Problem` role_ignores_rls with the SQL to run.
 */
export async function requireRestrictedRoles(connection: ClientConfig): Promise<void> {
  for (const role of RESTRICTED) {
    const facts = await withClient(
      asRole(connection, role),
      async (client) => (await client.query<RoleFacts>(FACTS, [role])).rows[0],
    );
    if (facts === undefined || !facts.taken)
      throw new Problem('role_ignores_rls', `A connection did not become ${role}. Connect without a pooler in between.`);
    const remedy = remedyFor(facts);
    if (remedy.length > 0) throw new Problem('role_ignores_rls', `Run: ${remedy.join(' ')}`);
  }
}

/** Pure. */
export function remedyFor({ role, superuser, bypasses, owns }: RoleFacts): string[] {
  const attributes = [...(superuser ? ['NOSUPERUSER'] : []), ...(bypasses ? ['NOBYPASSRLS'] : [])];
  return [
    ...(attributes.length === 0 ? [] : [`ALTER ROLE ${role} ${attributes.join(' ')};`]),
    // A superuser counts as a member of every role.
    ...(owns && !superuser ? [`REVOKE elira_owner FROM ${role};`] : []),
  ];
}
