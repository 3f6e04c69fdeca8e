import type { ScopeKey } from '@elira/protocol';
import type { RoutingTuple, ScopeRouter } from '@elira/rules';
import { rowId, type Change, type ChangeWindow } from '../read/change-window.ts';
import { noteMembership, type MembershipChanges } from './membership-changes.ts';
import { tableChanges, type Leave, type ScopeChanges } from './scope-changes.ts';

/**
 * route. In: what lies between two snapshots. Out: per scope, which rows are in it now and which have left. Pure.
 * Promise: a row leaves exactly the scopes in which it stood at some moment between two of the window's transactions and is no
 * longer; nobody learns of a state that existed only inside a transaction.
 */
export type RoutedWindow = {
  readonly scopes: ReadonlyMap<ScopeKey, ScopeChanges>;
  /** Tables whose scopes must be reloaded as a whole. */
  readonly reload: ReadonlySet<number>;
  readonly members: MembershipChanges;
  /** `rowId`s of rows on which viewers may rest, and which went or moved. */
  readonly identities: ReadonlySet<string>;
};

/** Whether nothing in it concerns anybody. */
export function isEmpty({ scopes, reload, members, identities }: RoutedWindow): boolean {
  return scopes.size === 0 && reload.size === 0 && members.size === 0 && identities.size === 0;
}

/** A window of which only the changed tables are known. */
export function reloadOf(tables: readonly number[]): RoutedWindow {
  return { scopes: new Map(), reload: new Set(tables), members: new Map(), identities: new Set() };
}

export function routeWindow(window: ChangeWindow, router: ScopeRouter): RoutedWindow {
  const scopes = new Map<ScopeKey, ScopeChanges>();
  const reload = new Set<number>();
  const members: MembershipChanges = new Map();
  const identities = new Set<string>();
  for (const [id, changes] of byRow(window.changes, reload)) {
    const [{ tableId, key = '' }] = changes as [Change];
    const table = router.table(tableId);
    if (table === undefined) continue;
    const state = window.states.get(id);
    const now = new Map(
      state === undefined ? [] : router.scopesOf(tableId, key, state.tuple).map(({ scope, mask }) => [scope, mask]),
    );
    if (changes.some(moves)) {
      const before = placesBefore(changes);
      // One that only came has not been rested on.
      if (router.isIdentity(tableId) && before.length > 0) identities.add(id);
      if (router.opensScopes(tableId)) noteMembership(members, { id, tableId, key }, before, state?.tuple, router);
    }
    for (const [scope, leaves] of scopesLeft(changes, key, router)) {
      if (!now.has(scope)) tableChanges(changesOf(scopes, scope), table.name).drops.set(key, leaves);
    }
    for (const [scope, mask] of now) {
      const body = state?.bodies[mask];
      const ofTable = tableChanges(changesOf(scopes, scope), table.name);
      // A row that could not be rendered is shown nowhere rather than as it was.
      if (body === undefined) ofTable.drops.set(key, unshown(changes));
      else ofTable.puts.set(key, body);
    }
  }
  return { scopes, reload, members, identities };
}

/** Whether the row came, went, or changed a routing column. */
function moves({ op, was }: Change): boolean {
  return op !== 'U' || was !== undefined;
}

/** Where a row stood before each of the transactions that moved it. */
function placesBefore(changes: readonly Change[]): RoutingTuple[] {
  const places = [...groupBy(changes, (change) => change.xid).values()].map(stoodBefore);
  return places.filter((place) => place !== undefined);
}

/**
 * Where a row stood before one transaction, told by that transaction's first change by `seq`: an insert means nowhere, otherwise
 * the earliest `was` in it; without any, the transaction did not move the row, and what it did says nothing.
 */
export function stoodBefore(changesOfOneTransaction: readonly Change[]): RoutingTuple | undefined {
  const ordered = changesOfOneTransaction.toSorted(bySeq);
  if (ordered[0]?.op === 'I') return undefined;
  return ordered.find((change) => change.was !== undefined)?.was;
}

function unshown(changes: readonly Change[]): Leave[] {
  return [...new Set(changes.map((change) => change.xid))].map((xid) => ({ xid, was: {} }));
}

function scopesLeft(changes: readonly Change[], key: string, router: ScopeRouter): Map<ScopeKey, Leave[]> {
  const left = new Map<ScopeKey, Leave[]>();
  for (const [xid, ofTransaction] of groupBy(changes, (change) => change.xid)) {
    const tuple = stoodBefore(ofTransaction);
    if (tuple === undefined) continue;
    const tableId = ofTransaction[0]?.tableId ?? 0;
    for (const { scope, mask } of router.scopesOf(tableId, key, tuple)) {
      const leave = { xid, was: router.shownRouting(tableId, mask, tuple) };
      const leaves = left.get(scope);
      if (leaves === undefined) left.set(scope, [leave]);
      else leaves.push(leave);
    }
  }
  return left;
}

function byRow(changes: readonly Change[], reload: Set<number>): Map<string, Change[]> {
  const moving = changes.filter((change) => {
    if (change.key === undefined) reload.add(change.tableId);
    return change.key !== undefined && change.tableId !== 0;
  });
  return groupBy(moving, (change) => rowId(change.tableId, change.key ?? ''));
}

function groupBy<K>(changes: readonly Change[], keyOf: (change: Change) => K): Map<K, Change[]> {
  const groups = new Map<K, Change[]>();
  for (const change of changes) {
    const key = keyOf(change);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [change]);
    else group.push(change);
  }
  return groups;
}

function bySeq(a: Change, b: Change): number {
  if (a.seq === b.seq) return 0;
  if (a.seq === undefined) return 1;
  if (b.seq === undefined) return -1;
  return a.seq < b.seq ? -1 : 1;
}

function changesOf(scopes: Map<ScopeKey, ScopeChanges>, scope: ScopeKey): ScopeChanges {
  let changes = scopes.get(scope);
  if (changes === undefined) {
    changes = new Map();
    scopes.set(scope, changes);
  }
  return changes;
}
