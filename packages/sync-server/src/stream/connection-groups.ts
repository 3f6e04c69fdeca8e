import type { Connection } from './connection.ts';

/**
 * Connections by something that they have in common. Most of what a user's connection is found by, nobody else has: such a group is the
 * connection itself, since a set costs more than all the rest of it.
 */
export class ConnectionGroups<K> {
  readonly #groups = new Map<K, Connection | Set<Connection>>();

  include(key: K, connection: Connection): void {
    const group = this.#groups.get(key);
    if (group instanceof Set) group.add(connection);
    else if (group !== connection) this.#groups.set(key, group === undefined ? connection : new Set([group, connection]));
  }

  exclude(key: K, connection: Connection): void {
    const group = this.#groups.get(key);
    if (group === connection) this.#groups.delete(key);
    if (!(group instanceof Set) || !group.delete(connection)) return;
    const [last] = group;
    if (group.size === 1 && last !== undefined) this.#groups.set(key, last);
  }

  of(key: K): Iterable<Connection> {
    const group = this.#groups.get(key);
    return group === undefined ? NOBODY : group instanceof Set ? group : [group];
  }

  isShared(key: K): boolean {
    return this.#groups.get(key) instanceof Set;
  }

  keys(): Iterable<K> {
    return this.#groups.keys();
  }
}

const NOBODY: readonly Connection[] = [];
