import type { ScopeKey } from '@elira/protocol';
import type { RoutingTuple, ScopeMembership, ScopeRouter, ShownRouting } from '@elira/rules';
import { rowId, type Change, type ChangeWindow } from '../read/change-window.ts';
import { noteMembership, type MembershipChanges } from './membership-changes.ts';
import { tableChanges, type Leave, type ScopeChanges, type TableChanges } from './scope-changes.ts';

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
  const changesIn = lookUp(scopes);
  for (const [id, changes] of byRow(window.changes, reload)) {
    const [{ tableId, key = '' }] = changes as [Change];
    const table = router.table(tableId);
    if (table === undefined) continue;
    const state = window.states.get(id);
    const now = state === undefined ? NOWHERE : router.scopesOf(tableId, key, state.tuple);
    if (changes.some(moves)) {
      const before = placesBefore(changes);
      // One that only came has not been rested on.
      if (router.isIdentity(tableId) && before.length > 0) identities.add(id);
      if (router.opensScopes(tableId)) {
        const places = before.map(({ tuple }) => tuple);
        noteMembership(members, { id, tableId, key }, places, state?.tuple, router);
      }
      for (const [scope, leaves] of scopesLeft(before, { tableId, key }, router)) {
        if (!now.some((place) => place.scope === scope)) changesIn(scope, table.name).drops.set(key, leaves);
      }
    }
    for (const { scope, mask } of now) {
      const body = state?.bodies[mask];
      const ofTable = changesIn(scope, table.name);
      // A row that could not be rendered is shown nowhere rather than as it was.
      if (body === undefined) ofTable.drops.set(key, unshown(changes));
      else ofTable.puts.set(key, body);
    }
  }
  return { scopes, reload, members, identities };
}

const NOWHERE: readonly ScopeMembership[] = [];

/** Finds the changes of a table in a scope. Rows that come together mostly belong together, so the last ones found are looked at first. */
function lookUp(scopes: Map<ScopeKey, ScopeChanges>): (scope: ScopeKey, table: string) => TableChanges {
  let last: { readonly scope: ScopeKey; readonly table: string; readonly found: TableChanges } | undefined;
  return (scope, table) => {
    if (last?.scope !== scope || last.table !== table)
      last = { scope, table, found: tableChanges(changesOf(scopes, scope), table) };
    return last.found;
  };
}

/** Whether the row came, went, or changed a routing column. */
function moves({ op, was }: Change): boolean {
  return op !== 'U' || was !== undefined;
}

/** Where a row stood before a transaction that moved it. */
type Before = { readonly xid: bigint; readonly tuple: RoutingTuple };

/** Where a row stood before each of the transactions that moved it. */
function placesBefore(changes: readonly Change[]): Before[] {
  const places: Before[] = [];
  for (const ofTransaction of changes.length === 1 ? [changes] : groupBy(changes, (change) => change.xid).values()) {
    const tuple = stoodBefore(ofTransaction);
    if (tuple !== undefined) places.push({ xid: (ofTransaction[0] as Change).xid, tuple });
  }
  return places;
}

/**
 * Where a row stood before one transaction, told by that transaction's first change by `seq`: an insert means nowhere, otherwise
 * the earliest `was` in it; without any, the transaction did not move the row, and what it did says nothing.
 */
export function stoodBefore(changesOfOneTransaction: readonly Change[]): RoutingTuple | undefined {
  const ordered = changesOfOneTransaction.length === 1 ? changesOfOneTransaction : changesOfOneTransaction.toSorted(bySeq);
  if (ordered[0]?.op === 'I') return undefined;
  return ordered.find((change) => change.was !== undefined)?.was;
}

function unshown(changes: readonly Change[]): Leave[] {
  return [...new Set(changes.map((change) => change.xid))].map((xid) => ({ xid, was: {} }));
}

function scopesLeft(
  before: readonly Before[],
  { tableId, key }: { readonly tableId: number; readonly key: string },
  router: ScopeRouter,
): Map<ScopeKey, Leave[]> {
  const left = new Map<ScopeKey, Leave[]>();
  for (const { xid, tuple } of before) {
    for (const { scope, mask } of router.scopesOf(tableId, key, tuple)) {
      const leave = new RoutedLeave(xid, () => router.shownRouting(tableId, mask, tuple));
      const leaves = left.get(scope);
      if (leaves === undefined) left.set(scope, [leave]);
      else leaves.push(leave);
    }
  }
  return left;
}

/** What may be told of where the row stood is made when it is told: of most leaves it never is. */
class RoutedLeave implements Leave {
  readonly xid: bigint;
  readonly #shown: () => ShownRouting;

  constructor(xid: bigint, shown: () => ShownRouting) {
    this.xid = xid;
    this.#shown = shown;
  }

  get was(): ShownRouting {
    return this.#shown();
  }
}

function byRow(changes: readonly Change[], reload: Set<number>): Map<string, readonly Change[]> {
  const rows = new Map<string, Change[]>();
  for (const change of changes) {
    const { tableId, key } = change;
    if (key === undefined) reload.add(tableId);
    else if (tableId !== 0) addTo(rows, rowId(tableId, key), change);
  }
  return rows;
}

function groupBy<K>(changes: readonly Change[], keyOf: (change: Change) => K): Map<K, Change[]> {
  const groups = new Map<K, Change[]>();
  for (const change of changes) addTo(groups, keyOf(change), change);
  return groups;
}

function addTo<K>(groups: Map<K, Change[]>, key: K, change: Change): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [change]);
  else group.push(change);
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
