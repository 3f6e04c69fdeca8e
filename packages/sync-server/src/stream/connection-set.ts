import type { ScopeKey } from '@elira/protocol';
import type { ScopeRouter } from '@elira/rules';
import type { RoutedWindow } from '../route/route-window.ts';
import type { Connection } from './connection.ts';
import { ConnectionGroups } from './connection-groups.ts';

/**
 * The open connections, found by the scopes they hold, their user and the rows their viewer rests on: a change costs the connections
 * it concerns, not all.
 */
export class ConnectionSet {
  readonly #all = new Set<Connection>();
  readonly #byScope = new ConnectionGroups<ScopeKey>();
  readonly #byUser = new ConnectionGroups<string>();
  readonly #byIdentity = new ConnectionGroups<string>();

  get size(): number {
    return this.#all.size;
  }

  /** A copy, safe to walk while connections end. */
  all(): Connection[] {
    return [...this.#all];
  }

  /** Bytes that wait in their sockets, in all and in the fullest. */
  waiting(): { waitingBytes: number; mostWaitingBytes: number } {
    let [all, most] = [0, 0];
    for (const { sink } of this.#all) {
      const bytes = sink.waiting();
      all += bytes;
      most = Math.max(most, bytes);
    }
    return { waitingBytes: all, mostWaitingBytes: most };
  }

  add(connection: Connection): void {
    this.#all.add(connection);
    for (const scope of connection.scopes) this.#byScope.include(scope, connection);
    const { user, restsOn } = connection.access;
    if (user !== undefined) this.#byUser.include(user, connection);
    for (const row of restsOn) this.#byIdentity.include(row, connection);
  }

  remove(connection: Connection): void {
    this.#all.delete(connection);
    for (const scope of connection.scopes) this.#byScope.exclude(scope, connection);
    const { user, restsOn } = connection.access;
    if (user !== undefined) this.#byUser.exclude(user, connection);
    for (const row of restsOn) this.#byIdentity.exclude(row, connection);
  }

  /** Gives a connection other scopes. */
  hold(connection: Connection, scopes: readonly ScopeKey[]): void {
    for (const scope of connection.scopes) this.#byScope.exclude(scope, connection);
    connection.scopes = scopes;
    for (const scope of scopes) this.#byScope.include(scope, connection);
  }

  ofScope(scope: ScopeKey): Iterable<Connection> {
    return this.#byScope.of(scope);
  }

  /** Whether more than one of them holds it. */
  isShared(scope: ScopeKey): boolean {
    return this.#byScope.isShared(scope);
  }

  ofUser(user: string): readonly Connection[] {
    return [...this.#byUser.of(user)];
  }

  /** Those whose viewer rests on one of the rows. */
  restingOn(rows: Iterable<string>): Set<Connection> {
    const found = new Set<Connection>();
    for (const row of rows) for (const connection of this.#byIdentity.of(row)) found.add(connection);
    return found;
  }

  /** Those whose scopes depend on rows. */
  dependent(): Set<Connection> {
    return new Set([...this.#all].filter(({ access }) => access.user !== undefined || access.restsOn.length > 0));
  }

  /** The connections that something concerns, each with its scopes that changed, or `reload` where one must come anew. */
  concerned(routed: RoutedWindow, router: Pick<ScopeRouter, 'feeds'>): Map<Connection, ScopeKey[] | 'reload'> {
    const concerned = new Map<Connection, ScopeKey[] | 'reload'>();
    for (const scope of routed.scopes.keys()) {
      for (const connection of this.#byScope.of(scope)) {
        const scopes = concerned.get(connection);
        if (scopes === undefined) concerned.set(connection, [scope]);
        else if (scopes !== 'reload') scopes.push(scope);
      }
    }
    if (routed.reload.size === 0) return concerned;
    for (const scope of this.#byScope.keys()) {
      if (![...routed.reload].some((table) => router.feeds(table, scope))) continue;
      for (const connection of this.#byScope.of(scope)) concerned.set(connection, 'reload');
    }
    return concerned;
  }
}
