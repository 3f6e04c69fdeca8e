import type { ScopeKey } from '@elira/protocol';
import type { ScopeRouter } from '@elira/rules';
import type { RoutedWindow } from '../route/route-window.ts';
import { scopesOf } from './access.ts';
import type { Connection, Standing } from './connection.ts';
import type { ConnectionSet } from './connection-set.ts';
import { turnGranted, type Turn } from './granted.ts';
import type { Batch } from './ring.ts';

/** What a batch does to those who receive, beside what it brings them. */
export type Turned = {
  /** Scopes that connections lost, which are told at once. */
  readonly withdrawn: ReadonlyMap<Connection, readonly ScopeKey[]>;
  /** Whose viewer is no longer who it was. */
  readonly evicted: ReadonlySet<Connection>;
  /** Who gained a scope. */
  readonly gaining: readonly Connection[];
};

/**
 * Brings every connection's scopes to the end of a batch, before the batch is delivered: what lies in a scope that was lost reaches
 * nobody, and a scope that was gained begins with a snapshot and holds up nobody else.
 */
export function turnMemberships(
  batch: Batch,
  connections: ConnectionSet,
  router: Pick<ScopeRouter, 'isIdentity' | 'opensScopes'>,
): Turned {
  const evicted = evictedBy(batch, connections, router);
  const withdrawn = new Map<Connection, readonly ScopeKey[]>();
  const gaining: Connection[] = [];
  for (const [user, changes] of batch.members) {
    for (const connection of connections.ofUser(user)) {
      if (evicted.has(connection)) continue;
      const before = new Set(connection.scopes);
      const turn = turnGranted(connection.access.granted, changes);
      const after = scopesOf(connection.access);
      const lost = turn.lost.filter((scope) => before.has(scope) && !after.includes(scope));
      const gained = turn.gained.filter((scope) => after.includes(scope) && !connection.access.fixed.includes(scope));
      if (lost.length === 0 && gained.length === 0) continue;
      connections.hold(connection, after);
      connection.standing = turnStanding(connection.standing, { lost, gained }, batch);
      for (const scope of lost) connection.gathered?.delete(scope);
      if (lost.length > 0) withdrawn.set(connection, lost);
      if (gained.length > 0) gaining.push(connection);
    }
  }
  return { withdrawn, evicted, gaining };
}

function evictedBy(
  batch: RoutedWindow,
  connections: ConnectionSet,
  router: Pick<ScopeRouter, 'isIdentity' | 'opensScopes'>,
): Set<Connection> {
  // What became of the single rows is not known.
  const unknown = [...batch.reload].some((table) => router.isIdentity(table) || router.opensScopes(table));
  return unknown ? connections.dependent() : connections.restingOn(batch.identities);
}

/** Where a connection stands after it lost and gained scopes by `batch`. Pure, but for what `entering` and `fetching` take note of. */
export function turnStanding(standing: Standing, { lost, gained }: Turn, batch: Pick<Batch, 'index' | 'before'>): Standing {
  switch (standing.kind) {
    case 'live':
      if (gained.length === 0) return standing;
      return { kind: 'behind', position: batch.before, edge: batch.index, needs: needsOf(gained, batch), notBefore: 0 };
    case 'behind': {
      const needs = new Map([...standing.needs, ...needsOf(gained, batch)]);
      for (const scope of lost) needs.delete(scope);
      return { ...standing, needs };
    }
    case 'entering':
    case 'fetching':
      for (const scope of gained) standing.anew.add(scope);
      return standing;
    case 'closed':
      return standing;
  }
}

function needsOf(gained: readonly ScopeKey[], batch: Pick<Batch, 'index'>): Map<ScopeKey, number> {
  return new Map(gained.map((scope) => [scope, batch.index + 1]));
}
