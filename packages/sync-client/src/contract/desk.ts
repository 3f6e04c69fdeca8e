import type { Mutation, MutationAnswer, OptimisticChange } from '@elira/rules';
import { defineMutator, defineMutators } from '@elira/rules';
import type { Row, ScopeKey } from '@elira/protocol';
import type { SyncClient } from '../index.ts';

/** One request with mutations, answered by hand. */
export class DeskRequest {
  readonly mutations: readonly Mutation[];
  readonly user: string | null;
  readonly body: string;
  readonly #settle: (response: Response | Error) => void;

  constructor(body: string, user: string | null, settle: (response: Response | Error) => void) {
    this.body = body;
    this.mutations = JSON.parse(body) as Mutation[];
    this.user = user;
    this.#settle = settle;
  }

  get ids(): string[] {
    return this.mutations.map(({ id }) => id);
  }

  /** One answer for each; without any, all are applied. */
  answer(...statuses: readonly ('applied' | 'refused' | 'unknown')[]): void {
    const problem = { type: 'x', title: 'No.', status: 403, code: 'forbidden' as const };
    const answers = this.mutations.map(({ id }, index): MutationAnswer => {
      const status = statuses[index] ?? 'applied';
      return status === 'applied' ? { id, status, result: { was: id } } : { id, status, problem };
    });
    this.#settle(Response.json(answers));
  }

  fail(status: number, code = 'any', headers: Record<string, string> = {}): void {
    this.#settle(Response.json({ code, title: 'No.', status }, { status, headers }));
  }

  say(document: unknown): void {
    this.#settle(Response.json(document));
  }

  /** The answer never comes, whatever was done. */
  lose(): void {
    this.#settle(new TypeError('the network is gone'));
  }
}

/** Takes mutations by hand; streams stay open and say nothing. */
export class Desk {
  readonly requests: DeskRequest[] = [];
  readonly #arrived: DeskRequest[] = [];
  readonly #waiting: ((request: DeskRequest) => void)[] = [];

  readonly fetch: typeof fetch = (input, init) => {
    const { signal } = init ?? {};
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
      if (typeof input !== 'string' || !input.endsWith('/mutations')) return;
      const headers = new Headers(init?.headers);
      const request = new DeskRequest(
        typeof init?.body === 'string' ? init.body : '[]',
        headers.get('x-elira-user'),
        (response) => (response instanceof Error ? reject(response) : resolve(response)),
      );
      this.requests.push(request);
      const taker = this.#waiting.shift();
      if (taker === undefined) this.#arrived.push(request);
      else taker(request);
    });
  };

  next(): Promise<DeskRequest> {
    const request = this.#arrived.shift();
    return request === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(request);
  }

  /** Requests that nobody has looked at. */
  get arrived(): number {
    return this.#arrived.length;
  }

  get sent(): string[] {
    return this.requests.flatMap(({ ids }) => ids);
  }
}

type SetArgs = { readonly key: string; readonly n: number };
const changed = (key: string, row: Row | null): OptimisticChange[] => [{ table: 'items', key, row }];

const isArgs = (value: unknown): value is SetArgs =>
  typeof value === 'object' && value !== null && 'key' in value && typeof value.key === 'string';

const args = {
  parse: (value: unknown): SetArgs => {
    if (!isArgs(value)) throw new TypeError('no key');
    return value;
  },
};
const effect = (): Promise<unknown> => Promise.reject(new Error('a server’s'));

/** Four mutators of one table: one lane for each row, or none. */
export const mutators = defineMutators([
  defineMutator<SetArgs>({
    name: 'item.set',
    args,
    effect,
    lane: ({ key }) => key,
    optimistic: ({ key, n }) => changed(key, { key, n }),
  }),
  defineMutator<SetArgs>({
    name: 'item.add',
    args,
    effect,
    lane: ({ key }) => key,
    optimistic: ({ key, n }, { rows }) => changed(key, { key, n: Number(rows('items').get(key)?.['n'] ?? 0) + n }),
  }),
  defineMutator<SetArgs>({ name: 'item.hide', args, effect, optimistic: ({ key }) => changed(key, null) }),
  defineMutator<SetArgs>({
    name: 'item.break',
    args,
    effect,
    may: ({ id }) => id !== 'nobody',
    optimistic: () => {
      throw new Error('mine');
    },
  }),
]);

export const ITEMS = 'items/x' as ScopeKey;
let cursors = 0;

type Items = { readonly [key: string]: number | null };

/** A batch as the stream would bring it: items with their `n`, null where one is gone, and what became of mutations. */
export function bring(
  client: SyncClient,
  items: Items,
  { ledger = {}, freshAt = 0, user = 'u' }: { ledger?: Record<string, string>; freshAt?: number; user?: string } = {},
): void {
  const me = `me:${user}/owner` as ScopeKey;
  const reset = (scope: ScopeKey): object => (client.store.holds(scope) ? {} : { reset: true });
  const entries = Object.entries(items);
  cursors += 1;
  client.store.apply({
    cursor: `c${cursors}`,
    epoch: 'e',
    freshAt,
    deltas: [
      {
        scope: ITEMS,
        ...reset(ITEMS),
        drop: { items: entries.flatMap(([key, n]) => (n === null ? [key] : [])) },
        put: { items: entries.flatMap(([key, n]) => (n === null ? [] : [[key, { key, n }] as const])) },
      },
      {
        scope: me,
        ...reset(me),
        put: { mutations: Object.entries(ledger).map(([id, status]) => [id, { id, status }] as const) },
      },
    ],
  });
}

/** What is shown of the items: `n` by key. */
export function shown(client: SyncClient): Record<string, unknown> {
  return Object.fromEntries(
    client
      .table('items')
      .all()
      .map((row) => [row['key'], row['n']]),
  );
}
