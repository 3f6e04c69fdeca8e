import type { ScopeKey } from '@elira/protocol';
import type { RoutedWindow } from '../route/route-window.ts';

type Batch = RoutedWindow & { readonly index: number };

const NEVER = -1;

/**
 * By which batch of the ring something was touched last, so that a connection that comes back need not walk over all of them to learn
 * that none concerned it. As bounded as the ring: what a batch touched last is forgotten with it.
 */
export class LatestBatches {
  readonly #scopes = new Map<ScopeKey, number>();
  readonly #users = new Map<string, number>();
  readonly #identities = new Map<string, number>();
  #reload = NEVER;

  add({ index, scopes, members, identities, reload }: Batch): void {
    for (const scope of scopes.keys()) this.#scopes.set(scope, index);
    for (const user of members.keys()) this.#users.set(user, index);
    for (const row of identities) this.#identities.set(row, index);
    if (reload.size > 0) this.#reload = index;
  }

  forget({ index, scopes, members, identities }: Batch): void {
    for (const scope of scopes.keys()) if (this.#scopes.get(scope) === index) this.#scopes.delete(scope);
    for (const user of members.keys()) if (this.#users.get(user) === index) this.#users.delete(user);
    for (const row of identities) if (this.#identities.get(row) === index) this.#identities.delete(row);
  }

  /** Index of the last batch that reloads anything; each of these is -1 where no batch of the ring did. */
  get reload(): number {
    return this.#reload;
  }

  ofScope(scope: ScopeKey): number {
    return this.#scopes.get(scope) ?? NEVER;
  }

  ofUser(user: string): number {
    return this.#users.get(user) ?? NEVER;
  }

  ofIdentity(row: string): number {
    return this.#identities.get(row) ?? NEVER;
  }
}
