import type { ScopeKey } from '@elira/protocol';
import type { ScopeRouter } from '@elira/rules';
import type { RoutedWindow } from '../route/route-window.ts';
import type { Connection } from './connection.ts';

/**
 * The open connections, found by the scopes they hold, their user and the rows their viewer rests on: a change costs the connections
 * it concerns, not all.
 */
export class ConnectionSet {
  readonly #all = new Set<Connection>();
  readonly #byScope = new Map<ScopeKey, Set<Connection>>();
  readonly #byUser = new Map<string, Set<Connection>>();
  readonly #byIdentity = new Map<string, Set<Connection>>();

  get size(): number {
    return this.#all.size;
  }

  /** A copy, safe to walk while connections end. */
  all(): Connection[] {
    return [...this.#all];
  }

  add(connection: Connection): void {
    this.#all.add(connection);
    for (const scope of connection.scopes) include(this.#byScope, scope, connection);
    const { user, restsOn } = connection.access;
    if (user !== undefined) include(this.#byUser, user, connection);
    for (const row of restsOn) include(this.#byIdentity, row, connection);
  }

  remove(connection: Connection): void {
    this.#all.delete(connection);
    for (const scope of connection.scopes) exclude(this.#byScope, scope, connection);
    const { user, restsOn } = connection.access;
    if (user !== undefined) exclude(this.#byUser, user, connection);
    for (const row of restsOn) exclude(this.#byIdentity, row, connection);
  }

  /** Gives a connection other scopes. */
  hold(connection: Connection, scopes: readonly ScopeKey[]): void {
    for (const scope of connection.scopes) exclude(this.#byScope, scope, connection);
    connection.scopes = scopes;
    for (const scope of scopes) include(this.#byScope, scope, connection);
  }

  ofScope(scope: ScopeKey): Iterable<Connection> {
    return this.#byScope.get(scope) ?? [];
  }

  ofUser(user: string): readonly Connection[] {
    return [...(this.#byUser.get(user) ?? [])];
  }

  /** Those whose viewer rests on one of the rows. */
  restingOn(rows: Iterable<string>): Set<Connection> {
    const found = new Set<Connection>();
    for (const row of rows) this.#byIdentity.get(row)?.forEach((connection) => found.add(connection));
    return found;
  }

  /** Those whose scopes depend on rows. */
  dependent(): Set<Connection> {
    return new Set([...this.#byUser.values(), ...this.#byIdentity.values()].flatMap((group) => [...group]));
  }

  /** The connections that something concerns, each with its scopes that changed, or `reload` where one must come anew. */
  concerned(routed: RoutedWindow, router: Pick<ScopeRouter, 'feeds'>): Map<Connection, ScopeKey[] | 'reload'> {
    const concerned = new Map<Connection, ScopeKey[] | 'reload'>();
    for (const scope of routed.scopes.keys()) {
      for (const connection of this.#byScope.get(scope) ?? []) {
        const scopes = concerned.get(connection);
        if (scopes === undefined) concerned.set(connection, [scope]);
        else if (scopes !== 'reload') scopes.push(scope);
      }
    }
    if (routed.reload.size === 0) return concerned;
    for (const [scope, connections] of this.#byScope) {
      if (![...routed.reload].some((table) => router.feeds(table, scope))) continue;
      for (const connection of connections) concerned.set(connection, 'reload');
    }
    return concerned;
  }
}

function include<K>(groups: Map<K, Set<Connection>>, key: K, connection: Connection): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, new Set([connection]));
  else group.add(connection);
}

function exclude<K>(groups: Map<K, Set<Connection>>, key: K, connection: Connection): void {
  const group = groups.get(key);
  group?.delete(connection);
  if (group?.size === 0) groups.delete(key);
}
