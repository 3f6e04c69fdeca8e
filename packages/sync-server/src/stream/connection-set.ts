import type { ScopeKey } from '@elira/protocol';
import type { ScopeRouter } from '@elira/rules';
import type { RoutedWindow } from '../route/route-window.ts';
import type { Connection } from './connection.ts';

/** The open connections, found by the scopes they hold: a change costs the connections it concerns, not all. */
export class ConnectionSet {
  readonly #all = new Set<Connection>();
  readonly #byScope = new Map<ScopeKey, Set<Connection>>();

  get size(): number {
    return this.#all.size;
  }

  /** A copy, safe to walk while connections end. */
  all(): Connection[] {
    return [...this.#all];
  }

  add(connection: Connection): void {
    this.#all.add(connection);
    for (const scope of connection.scopes) {
      const group = this.#byScope.get(scope);
      if (group === undefined) this.#byScope.set(scope, new Set([connection]));
      else group.add(connection);
    }
  }

  remove(connection: Connection): void {
    this.#all.delete(connection);
    for (const scope of connection.scopes) {
      const group = this.#byScope.get(scope);
      group?.delete(connection);
      if (group?.size === 0) this.#byScope.delete(scope);
    }
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
