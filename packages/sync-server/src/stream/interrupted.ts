import type { ScopeKey } from '@elira/protocol';
import type { ScopeRouter } from '@elira/rules';
import type { RoutedWindow } from '../route/route-window.ts';
import type { Access } from './access.ts';
import type { Connection } from './connection.ts';

const NO_SCOPES: ReadonlySet<ScopeKey> = new Set();

/**
 * Which of `scopes` a viewer may not have held all along while these windows passed; `all` when it may not have been the same viewer.
 * What a client holds of them from before cannot be led on: a row may have come and gone while its user was not to know of it.
 */
export function interrupted(
  access: Access,
  scopes: readonly ScopeKey[],
  windows: Iterable<RoutedWindow>,
  router: Pick<ScopeRouter, 'isIdentity' | 'opensScopes'>,
): ReadonlySet<ScopeKey> | 'all' {
  let found: Set<ScopeKey> | undefined;
  for (const { identities, reload, members } of windows) {
    const tables = [...reload];
    if (access.restsOn.some((row) => identities.has(row))) return 'all';
    if (access.restsOn.length > 0 && tables.some(router.isIdentity)) return 'all';
    if (access.user === undefined) continue;
    const touched = members.get(access.user);
    const unknown = tables.some(router.opensScopes);
    for (const scope of scopes)
      if (!access.fixed.includes(scope) && (unknown || touched?.has(scope) === true)) (found ??= new Set()).add(scope);
  }
  return found ?? NO_SCOPES;
}

/** Whether a window cannot lead a connection on, because a scope of it must be reloaded or was not held all along. */
export function needsAnew(
  { access, scopes }: Pick<Connection, 'access' | 'scopes'>,
  routed: RoutedWindow,
  router: Pick<ScopeRouter, 'feeds' | 'isIdentity' | 'opensScopes'>,
): boolean {
  if (scopes.some((scope) => [...routed.reload].some((table) => router.feeds(table, scope)))) return true;
  const broken = interrupted(access, scopes, [routed], router);
  return broken === 'all' || broken.size > 0;
}
