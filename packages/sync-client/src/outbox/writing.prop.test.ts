import { deepStrictEqual as deepEqual, ok } from 'node:assert';
import fc from 'fast-check';
import type { Mutation, MutationAnswer } from '@elira/rules';
import { expect, test, vi } from 'vitest';
import { bring, mutators, shown } from '../contract/desk.ts';
import { createSyncClient, MemoryDevice, type OfflineStore, type SyncClient } from '../index.ts';

/** A database that decides each mutation once; whoever asks again gets the same answer. Arguments carry a tag of their own. */
class Database {
  readonly items = new Map<string, number>();
  readonly ledger = new Map<string, 'applied' | 'refused'>();
  /** Ids under which each tag was decided. */
  readonly decided = new Map<number, string[]>();

  decide({ id, name, args }: Mutation): MutationAnswer {
    const { key, n, tag } = args as { key: string; n: number; tag: number };
    if (!this.ledger.has(id)) {
      this.decided.set(tag, [...(this.decided.get(tag) ?? []), id]);
      this.ledger.set(id, n === 4 ? 'refused' : 'applied');
      if (n !== 4 && name === 'item.set') this.items.set(key, n);
      if (n !== 4 && name === 'item.add') this.items.set(key, (this.items.get(key) ?? 0) + n);
      if (n !== 4 && name === 'item.hide') this.items.delete(key);
    }
    if (this.ledger.get(id) === 'applied') return { id, status: 'applied', result: null };
    return { id, status: 'refused', problem: { type: 'x', title: 'No.', status: 403, code: 'forbidden' } };
  }
}

/** What a request meets: an answer, one that gets lost, a server that does not know, refuses the session, fails, is gone. */
const FATES = ['answer', 'lose', 'unknown', 'signed-out', 'fail', 'gone'] as const;
type Fate = (typeof FATES)[number];
const KEYS = ['a', 'b', 'c'] as const;

const move = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('make' as const),
      name: fc.constantFrom('item.set', 'item.add', 'item.hide'),
      key: fc.constantFrom(...KEYS),
      n: fc.nat(4),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('meet' as const), fate: fc.constantFrom<Fate>(...FATES, 'answer', 'answer') }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('batch' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('others' as const), key: fc.constantFrom(...KEYS), n: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(10, 500, 40_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sign-in' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('close' as const, 'crash' as const) }) },
);
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

type Waiting = { readonly mutations: readonly Mutation[]; readonly settle: (response: Response | Error) => void };

/** A device on which nothing changes any more by whoever is dead. */
function mortal(store: OfflineStore, alive: { readonly yes: boolean }): OfflineStore {
  const dies = (name: 'saveRows' | 'putMutations' | 'removeMutations'): void => {
    const call = store[name].bind(store) as unknown as (given: never) => Promise<never>;
    Object.assign(store, { [name]: (given: never) => (alive.yes ? call(given) : Promise.reject(new Error('dead'))) });
  };
  dies('saveRows');
  dies('putMutations');
  dies('removeMutations');
  return store;
}

/** A user on one device, over reloads: what was made, what is known of it, and what a screen must show. */
class World {
  readonly database = new Database();
  readonly device = new MemoryDevice();
  readonly made: { readonly id: string; readonly name: string; readonly key: string; readonly n: number }[] = [];
  /** Refusals that reached a client. */
  readonly refused = new Set<string>();
  readonly sent: string[] = [];
  request: Waiting | undefined;
  client: SyncClient;
  #tags = 0;
  /** Whoever listens is told of a mutation before its id is noted here. */
  #isMaking = false;
  #alive = { yes: true };

  constructor() {
    this.client = this.#open();
  }

  #open(): SyncClient {
    const alive = (this.#alive = { yes: true });
    this.request = undefined;
    const call: typeof fetch = (input, init) =>
      new Promise((settle, fail) => {
        init?.signal?.addEventListener('abort', () => fail(new Error('aborted')));
        if (!alive.yes || typeof input !== 'string' || !input.endsWith('/mutations')) return;
        const mutations = JSON.parse(typeof init?.body === 'string' ? init.body : '') as Mutation[];
        this.sent.push(...mutations.map(({ id }) => id));
        this.request = { mutations, settle: (response) => (response instanceof Error ? fail(response) : settle(response)) };
      });
    const began = Date.now();
    const own = {
      url: 'http://any.invalid/stream',
      user: { id: 'u' },
      mutators,
      fetch: call,
      offline: mortal(this.device.tab('u'), alive),
    };
    const client = createSyncClient({ ...own, now: () => Date.now() - began });
    client.table('items').subscribe(() => void (this.#isMaking || !alive.yes || this.check(client)));
    client.start();
    return client;
  }

  /** What the rows at the cursor of the client become with what it made, as far as it knows of no outcome. */
  check(client = this.client): void {
    const rows = new Map([...client.store.rows('items')].map(([key, row]) => [key, row['n']] as const));
    const ledger = client.store.rows('mutations');
    for (const { id, name, key, n } of this.made) {
      if (ledger.has(id) || this.refused.has(id)) continue;
      if (name === 'item.set') rows.set(key, n);
      else if (name === 'item.add') rows.set(key, Number(rows.get(key) ?? 0) + n);
      else rows.delete(key);
    }
    deepEqual(shown(client), Object.fromEntries(rows));
  }

  make({ name, key, n }: { name: string; key: string; n: number }): void {
    this.#tags += 1;
    const before = this.made.length;
    this.#isMaking = true;
    const { id } = this.client.mutate(name, { key, n, tag: this.#tags });
    this.#isMaking = false;
    this.made.push({ id, name, key, n });
    ok(this.made.slice(0, before).every((one) => one.id < id));
  }

  meet(fate: Fate): void {
    const { request } = this;
    this.request = undefined;
    if (request === undefined) return;
    const problem = (status: number, code: string): Response => Response.json({ status, code, title: 'x' }, { status });
    if (fate === 'answer' || fate === 'lose') {
      const answers = request.mutations.map((one) => this.database.decide(one));
      if (fate === 'lose') return request.settle(new Error('lost'));
      for (const { id, status } of answers) if (status === 'refused') this.refused.add(id);
      return request.settle(Response.json(answers));
    }
    if (fate === 'unknown') {
      const unknown = { status: 'unknown', problem: { type: 'x', title: 'x', status: 503, code: 'too_busy' } };
      return request.settle(Response.json(request.mutations.map(({ id }) => ({ id, ...unknown }))));
    }
    if (fate === 'signed-out') return request.settle(problem(401, 'not_signed_in'));
    return request.settle(fate === 'fail' ? problem(500, 'internal') : new Error('gone'));
  }

  batch(): void {
    const { items, ledger } = this.database;
    const rows = Object.fromEntries(KEYS.map((key) => [key, items.get(key) ?? null] as const));
    bring(this.client, rows, { ledger: Object.fromEntries(ledger) });
  }

  async reload(how: 'close' | 'crash'): Promise<void> {
    if (how === 'crash') this.#alive.yes = false;
    this.client.stop();
    await vi.advanceTimersByTimeAsync(0);
    this.#alive.yes = false;
    this.client = this.#open();
    await vi.advanceTimersByTimeAsync(20);
  }

  async play(moves: readonly Move[]): Promise<void> {
    await vi.advanceTimersByTimeAsync(20);
    for (const one of moves) {
      if (one.kind === 'make') this.make(one);
      else if (one.kind === 'meet') this.meet(one.fate);
      else if (one.kind === 'batch') this.batch();
      else if (one.kind === 'others') this.database.items.set(one.key, one.n);
      else if (one.kind === 'wait') await vi.advanceTimersByTimeAsync(one.ms);
      else if (one.kind === 'sign-in') this.client.start();
      else await this.reload(one.kind);
      await vi.advanceTimersByTimeAsync(5);
      this.check();
    }
  }

  /** Everything works again, for as long as it takes. */
  async heal(): Promise<void> {
    this.client.start();
    for (let turn = 0; turn < 200 && this.client.outbox.unsent > 0; turn += 1) {
      this.client.start();
      this.meet('answer');
      await vi.advanceTimersByTimeAsync(40_000);
    }
    this.batch();
    await vi.advanceTimersByTimeAsync(5);
  }
}

async function randomWorlds(runs: number, each: (world: World, moves: readonly Move[]) => Promise<void>): Promise<void> {
  const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
  console.info(`SEED=${seed}`);
  const property = fc.asyncProperty(fc.array(move, { minLength: 5, maxLength: 40 }), async (moves) => {
    vi.useFakeTimers();
    const world = new World();
    try {
      await each(world, moves);
    } finally {
      world.client.stop();
      vi.useRealTimers();
    }
  });
  await fc.assert(property, { seed, numRuns: runs });
}

test(
  'K24 K26 K30 K31 K33 whatever is lost, refused, closed or crashes: what is shown is the rows with what is pending over them, and each mutation is decided once',
  { timeout: 120_000 },
  async () => {
    await randomWorlds(120, async (world, moves) => {
      await world.play(moves);
      await world.heal();
      world.check();
      expect(world.client.outbox.unsent).toBe(0);
      expect([...world.database.decided.values()].every((ids) => ids.length === 1)).toBe(true);
      expect(world.made.map(({ id }) => id).filter((id) => !world.database.ledger.has(id))).toEqual([]);
      expect(shown(world.client)).toEqual(Object.fromEntries(world.database.items));
      const refused = world.made.filter(({ id }) => world.database.ledger.get(id) === 'refused').map(({ id }) => id);
      expect(world.client.outbox.list().map(({ id }) => id)).toEqual(refused);
    });
  },
);

test(
  'K37 whenever it is called: after forget nothing is sent, shown or found on the device',
  { timeout: 120_000 },
  async () => {
    await randomWorlds(60, async (world, moves) => {
      await world.play(moves);
      const forgotten = world.client.forget();
      const sent = world.sent.length;
      await vi.advanceTimersByTimeAsync(20);
      await forgotten;
      world.client.start();
      world.client.wake();
      await vi.advanceTimersByTimeAsync(120_000);
      expect([world.sent.length - sent, shown(world.client), world.client.outbox.list()]).toEqual([0, {}, []]);
      expect(await world.device.tab('u').open(() => undefined)).toEqual({ mutations: [] });
    });
  },
);
