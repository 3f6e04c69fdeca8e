import type { ScopeRouter } from '@elira/rules';
import type { Connection } from './connection.ts';

/**
 * Whether what a connection holds rests on one of these tables, whose changes may go by unnoticed: rows of its scopes, rows that open scopes for
 * its user, or rows that its viewer rests on. Pure.
 */
export function restsOnFaulty(
  { scopes, access }: Pick<Connection, 'scopes' | 'access'>,
  tables: ReadonlySet<number>,
  router: Pick<ScopeRouter, 'feeds' | 'isIdentity' | 'opensScopes'>,
): boolean {
  return [...tables].some(
    (table) =>
      (access.user !== undefined && router.opensScopes(table)) ||
      (access.restsOn.length > 0 && router.isIdentity(table)) ||
      scopes.some((scope) => router.feeds(table, scope)),
  );
}
