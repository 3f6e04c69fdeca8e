import type { ScopeKey } from '@elira/protocol';
import type { RoutingTuple, ScopeRouter } from '@elira/rules';

/** By user, by scope: the rows that opened it somewhere in a window, and whether each of them does so at its end. */
export type MembershipChanges = Map<string, Map<ScopeKey, Map<string, boolean>>>;

/**
 * Notes what a row that moved did to memberships: `before` is where it stood before each transaction of the window. A row that opens
 * the same scope before and after is noted too: in between it may not have.
 */
export function noteMembership(
  into: MembershipChanges,
  row: { readonly id: string; readonly tableId: number; readonly key: string },
  before: readonly RoutingTuple[],
  now: RoutingTuple | undefined,
  router: Pick<ScopeRouter, 'grantsOf'>,
): void {
  const note = (tuple: RoutingTuple, opens: boolean): void => {
    for (const { user, scope } of router.grantsOf(row.tableId, row.key, tuple))
      inner(inner(into, user), scope).set(row.id, opens);
  };
  for (const tuple of before) note(tuple, false);
  if (now !== undefined) note(now, true);
}

function inner<K, L, V>(outer: Map<K, Map<L, V>>, key: K): Map<L, V> {
  let map = outer.get(key);
  if (map === undefined) outer.set(key, (map = new Map()));
  return map;
}

/** Bytes of text held, roughly: what the ring's limit counts. */
export function sizeOfMembership(changes: MembershipChanges): number {
  const perEntry = 64;
  let bytes = 0;
  for (const [user, scopes] of changes) {
    for (const [scope, rows] of scopes) {
      for (const id of rows.keys()) bytes += user.length + scope.length + id.length + perEntry;
    }
  }
  return bytes;
}
