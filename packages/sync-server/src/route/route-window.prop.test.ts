import fc from 'fast-check';
import { contains, makePosition, sees, type Position, type ScopeKey } from '@elira/protocol';
import { makeScopeRouter } from '@elira/rules';
import { expect, test } from 'vitest';
import { NOTE, noteRules } from '../../fixture/note-rules.ts';
import { rowId, type Change, type ChangeWindow, type RowState } from '../read/change-window.ts';
import { Ring } from '../stream/ring.ts';
import { mergeChanges, withOwedDrops, type ScopeChanges } from './scope-changes.ts';
import { routeWindow } from './route-window.ts';

/**
 * A model of the change index: transactions that take effect whole, in commit order, with transaction ids in another order. The stores are
 * compared with the truth, and each leave with what a reader could have seen.
 */
type Op = {
  readonly kind: 'put' | 'delete' | 'rekey';
  readonly key: number;
  readonly owner: string | null;
  readonly other: number;
};
type Transaction = { readonly ops: readonly Op[]; readonly xidRank: number };
type Note = { readonly owner: string | null; readonly body: string };

const seed = Number(process.env['SEED'] ?? Date.now() % 2_147_483_647);
const runs = { seed, numRuns: 300 };
const router = makeScopeRouter(noteRules);
const KEYS = 4;

const op: fc.Arbitrary<Op> = fc.record({
  kind: fc.constantFrom('put', 'put', 'put', 'delete', 'rekey'),
  key: fc.nat(KEYS - 1),
  owner: fc.constantFrom('ann', 'bob', 'eve', null),
  other: fc.nat(KEYS - 1),
});
const history = fc.array(fc.record({ ops: fc.array(op, { minLength: 1, maxLength: 4 }), xidRank: fc.nat(1000) }), {
  minLength: 1,
  maxLength: 14,
});

type Moment = { readonly position: Position; readonly truth: ReadonlyMap<number, Note> };
type World = { readonly changes: readonly Change[]; readonly moments: readonly Moment[] };

/** Runs a history: its change rows, and what was true after each commit. */
function run(transactions: readonly Transaction[]): World {
  const order = transactions
    .map((_, index) => index)
    .toSorted((a, b) => (transactions[a]?.xidRank ?? 0) - (transactions[b]?.xidRank ?? 0) || a - b);
  const xids = new Map(order.map((index, rank) => [index, BigInt(100 + rank)]));
  const truth = new Map<number, Note>();
  const changes: Change[] = [];
  const committed = new Set<bigint>();
  const moments: Moment[] = [momentOf(truth, committed, transactions.length)];
  let seq = 0n;
  transactions.forEach((transaction, index) => {
    const xid = xids.get(index) as bigint;
    const write = (key: number, next: Note | undefined): void => {
      const old = truth.get(key);
      if (old === undefined && next === undefined) return;
      seq += 1n;
      const kind = old === undefined ? 'I' : next === undefined ? 'D' : 'U';
      const moved = kind === 'D' || (kind === 'U' && old?.owner !== next?.owner);
      changes.push({
        xid,
        seq,
        tableId: NOTE,
        op: kind,
        key: `k${key}`,
        was: moved ? [old?.owner ?? null, null, 'false'] : undefined,
      });
      if (next === undefined) truth.delete(key);
      else truth.set(key, next);
    };
    for (const step of transaction.ops) {
      const old = truth.get(step.key);
      if (step.kind === 'put') write(step.key, { owner: step.owner, body: `${seq}` });
      else if (step.kind === 'delete') write(step.key, undefined);
      else if (old !== undefined && !truth.has(step.other)) {
        write(step.key, undefined);
        write(step.other, old);
      }
    }
    committed.add(xid);
    moments.push(momentOf(truth, committed, transactions.length));
  });
  return { changes, moments };
}

function momentOf(truth: ReadonlyMap<number, Note>, committed: ReadonlySet<bigint>, count: number): Moment {
  const all = Array.from({ length: count }, (_, rank) => BigInt(100 + rank));
  const running = all.filter((xid) => !committed.has(xid));
  const xmin = running[0] ?? BigInt(100 + count);
  return { position: makePosition(xmin, BigInt(100 + count), running), truth: new Map(truth) };
}

function windowOf(world: World, from: number, to: number): ChangeWindow {
  const [a, b] = [world.moments[from] as Moment, world.moments[to] as Moment];
  const changes = world.changes.filter(({ xid }) => !sees(a.position, xid) && sees(b.position, xid));
  const states = new Map<string, RowState>();
  for (const { key = '' } of changes) {
    const note = b.truth.get(Number(key.slice(1)));
    if (note !== undefined)
      states.set(rowId(NOTE, key), { tuple: [note.owner, null, 'false'], bodies: [note.body, note.body, note.body] });
  }
  return { to: b.position, head: { floor: 0n, incarnation: 'i', timeline: '1' }, changes, states };
}

type Store = Map<ScopeKey, Map<string, string>>;

function apply(store: Store, scope: ScopeKey, changes: ScopeChanges): void {
  const rows = store.get(scope) ?? new Map<string, string>();
  for (const { puts, drops } of changes.values()) {
    for (const key of drops.keys()) rows.delete(key);
    for (const [key, body] of puts) rows.set(key, body);
  }
  store.set(scope, rows);
}

function expected(moment: Moment): Store {
  const store: Store = new Map();
  for (const [key, note] of moment.truth) {
    if (note.owner === null) continue;
    const scope = `owner:${note.owner}/private` as ScopeKey;
    store.set(scope, (store.get(scope) ?? new Map<string, string>()).set(`k${key}`, note.body));
  }
  return store;
}

const plain = (store: Store): object =>
  Object.fromEntries(
    [...store]
      .filter(([, rows]) => rows.size > 0)
      .map(([scope, rows]) => [scope, Object.fromEntries([...rows].toSorted())])
      .toSorted(),
  );

/** Ascending cuts of the history, first and last included. */
function cutsOf(world: World, marks: readonly number[]): number[] {
  const last = world.moments.length - 1;
  return [...new Set([0, ...marks.map((mark) => mark % (last + 1)), last])].toSorted((a, b) => a - b);
}

test(`T1 rows enter and leave exactly, whatever lies in a window (SEED=${seed})`, () => {
  fc.assert(
    fc.property(history, fc.array(fc.nat(), { maxLength: 6 }), (transactions, marks) => {
      const world = run(transactions);
      const cuts = cutsOf(world, marks);
      const store: Store = new Map();
      cuts.slice(1).forEach((to, index) => {
        const routed = routeWindow(windowOf(world, cuts[index] as number, to), router);
        for (const [scope, changes] of routed.scopes) apply(store, scope, changes);
        expect(plain(store)).toEqual(plain(expected(world.moments[to] as Moment)));
      });
    }),
    runs,
  );
});

test(`T2 a leave names only a scope in which the row stood between two transactions of the window (SEED=${seed})`, () => {
  fc.assert(
    fc.property(history, (transactions) => {
      const world = run(transactions);
      const last = world.moments.length - 1;
      const routed = routeWindow(windowOf(world, 0, last), router);
      for (const [scope, changes] of routed.scopes) {
        for (const key of changes.get('note')?.drops.keys() ?? []) {
          const stood = world.moments.slice(0, last).some((moment) => expected(moment).get(scope)?.has(key) === true);
          expect(stood, `${scope} ${key}`).toBe(true);
        }
      }
    }),
    runs,
  );
});

test(`T5 any run of windows collapsed and applied once gives the same rows (SEED=${seed})`, () => {
  fc.assert(
    fc.property(history, fc.array(fc.nat(), { maxLength: 6 }), (transactions, marks) => {
      const world = run(transactions);
      const cuts = cutsOf(world, marks);
      const merged = new Map<ScopeKey, ScopeChanges>();
      cuts.slice(1).forEach((to, index) => {
        for (const [scope, changes] of routeWindow(windowOf(world, cuts[index] as number, to), router).scopes) {
          const into = merged.get(scope) ?? new Map();
          mergeChanges(into, changes);
          merged.set(scope, into);
        }
      });
      const store = expected(world.moments[0] as Moment);
      for (const [scope, changes] of merged) {
        for (const { puts, drops } of changes.values()) expect([...drops.keys()].filter((key) => puts.has(key))).toEqual([]);
        apply(store, scope, changes);
      }
      expect(plain(store)).toEqual(plain(expected(world.moments.at(-1) as Moment)));
    }),
    runs,
  );
});

/** A ring that holds the history cut in windows. */
function ringOf(world: World, cuts: readonly number[]): Ring {
  const ring = new Ring({ ringBytes: 1e9, ringBatches: 1000 }, (world.moments[0] as Moment).position);
  cuts.slice(1).forEach((to, index) => {
    const window = windowOf(world, cuts[index] as number, to);
    ring.push(routeWindow(window, router), window.to);
  });
  return ring;
}

const OWNERS = ['owner:ann/private', 'owner:bob/private', 'owner:eve/private'] as ScopeKey[];

test(`S2 served from an edge older than its cursor, a client ends up with the same rows (SEED=${seed})`, () => {
  fc.assert(
    fc.property(history, fc.array(fc.nat(), { maxLength: 6 }), fc.nat(), (transactions, marks, mark) => {
      const world = run(transactions);
      const ring = ringOf(world, cutsOf(world, marks));
      const cursor = world.moments[mark % world.moments.length] as Moment;
      const edge = ring.latestContainedIn(cursor.position);
      expect(edge !== undefined && contains(cursor.position, edge.first)).toBe(true);
      const store = expected(cursor);
      for (const scope of OWNERS) apply(store, scope, withOwedDrops(ring.collapse(scope, edge?.index ?? 0), cursor.position));
      expect(plain(store)).toEqual(plain(expected(world.moments.at(-1) as Moment)));
    }),
    runs,
  );
});

test(`T3 a client is told no leave whose transactions its cursor contains (SEED=${seed})`, () => {
  fc.assert(
    fc.property(history, fc.array(fc.nat(), { maxLength: 6 }), fc.nat(), (transactions, marks, mark) => {
      const world = run(transactions);
      const ring = ringOf(world, cutsOf(world, marks));
      const at = mark % world.moments.length;
      const cursor = (world.moments[at] as Moment).position;
      for (const scope of OWNERS) {
        const changes = withOwedDrops(ring.collapse(scope, ring.latestContainedIn(cursor)?.index ?? 0), cursor);
        for (const key of changes.get('note')?.drops.keys() ?? []) {
          const owed = world.moments.slice(at, -1).some((moment) => expected(moment).get(scope)?.has(key) === true);
          expect(owed, `leave of ${key} from ${scope}`).toBe(true);
        }
      }
    }),
    runs,
  );
});

test('T4 a NULL owner is in no scope, and coming from or going to NULL is a move', () => {
  const moved = (was: string | null, now: string | null): object => {
    const change: Change = { xid: 5n, seq: 1n, tableId: NOTE, op: 'U', key: 'k', was: [was, null, 'false'] };
    const state: RowState = { tuple: [now, null, 'false'], bodies: ['{}', '{}', '{}'] };
    const window = {
      to: makePosition(6n, 6n, []),
      head: { floor: 0n, incarnation: 'i', timeline: '1' },
      changes: [change],
      states: new Map([[rowId(NOTE, 'k'), state]]),
    };
    const { scopes } = routeWindow(window, router);
    return Object.fromEntries(
      [...scopes].map(([scope, changes]) => [
        scope,
        [[...(changes.get('note')?.puts.keys() ?? [])], [...(changes.get('note')?.drops.keys() ?? [])]],
      ]),
    );
  };
  expect(moved(null, 'ann')).toEqual({ 'owner:ann/private': [['k'], []] });
  expect(moved('ann', null)).toEqual({ 'owner:ann/private': [[], ['k']] });
  expect(moved(null, null)).toEqual({});
});
