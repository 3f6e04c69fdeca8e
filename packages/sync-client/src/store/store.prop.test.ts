import type { Row, ScopeKey } from '@elira/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batch, frame, heartbeat, hello, part } from '../contract/hand-server.ts';
import { Pipeline } from '../contract/pipeline.ts';
import { randomly } from '../contract/randomly.ts';
import { RowStore } from './row-store.ts';

const SCOPES = ['a/full', 'b/masked', 'c/other'] as ScopeKey[];
const TABLES = ['courses', '__proto__'];
type Line = { scope: ScopeKey; reset?: true; put?: Record<string, [string, Row][]>; drop?: Record<string, string[]> };
/** What a scope's readers hold, by `table key`. The naive model: one map per scope, copied for every state. */
type Model = ReadonlyMap<ScopeKey, ReadonlyMap<string, Row>>;

const key = fc.constantFrom('1', '2', '3', '4');
const value = fc.record({ shared: fc.nat(2), own: fc.constantFrom('x', 'y', null) });
/** Where masks overlap the values agree at one snapshot: the column `shared` is worked out from the key and the step. */
const write = fc.record({
  scope: fc.constantFrom(...SCOPES),
  reset: fc.boolean(),
  split: fc.boolean(),
  puts: fc.array(fc.tuple(fc.constantFrom(...TABLES), key, value), { maxLength: 4 }),
  drops: fc.array(fc.tuple(fc.constantFrom(...TABLES), key), { maxLength: 3 }),
});
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant('batch' as const), writes: fc.array(write, { minLength: 1, maxLength: 5 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), scope: fc.constantFrom(...SCOPES) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('heartbeat' as const) }) },
  ),
  { minLength: 1, maxLength: 20 },
);
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;

/** The lines of one batch, and the model after them. A scope that is not held, or is met first in a reset, begins anew. */
function lay(model: Model, writes: readonly Write[]): { lines: Line[]; splits: boolean[]; after: Model } {
  const after = new Map([...model].map(([scope, rows]) => [scope, new Map(rows)]));
  const met = new Set<ScopeKey>();
  const lines = writes.map(({ scope, reset, puts, drops }): Line => {
    const anew = !after.has(scope) || (reset && !met.has(scope));
    met.add(scope);
    const rows = anew ? new Map<string, Row>() : (after.get(scope) ?? new Map<string, Row>());
    after.set(scope, rows);
    const line: Line = { scope, ...(anew ? { reset: true } : {}), put: {}, drop: {} };
    for (const [table, name] of drops) {
      own(line.drop ?? {}, table).push(name);
      rows.delete(`${table} ${name}`);
    }
    for (const [table, name, { shared, own: mine }] of puts) {
      const row = { shared: `${name} ${shared}`, [scope]: mine };
      own(line.put ?? {}, table).push([name, row]);
      rows.set(`${table} ${name}`, row);
    }
    return line;
  });
  return { lines, splits: writes.map(({ split }) => split), after };
}

function own<T>(tables: Record<string, T[]>, table: string): T[] {
  if (!Object.hasOwn(tables, table)) Object.defineProperty(tables, table, { value: [], enumerable: true });
  return Object.getOwnPropertyDescriptor(tables, table)?.value as T[];
}

/** What can be seen of a model: every holder's columns, the last scope by name on top. */
function visible(model: Model): Map<string, Row> {
  const seen = new Map<string, Row>();
  for (const scope of [...model.keys()].toSorted())
    for (const [name, row] of model.get(scope) ?? []) seen.set(name, { ...seen.get(name), ...row });
  return seen;
}

function shown(store: RowStore): Map<string, Row> {
  return new Map(TABLES.flatMap((table) => [...store.rows(table)].map(([name, row]) => [`${table} ${name}`, row] as const)));
}

function raw(store: RowStore): Model {
  return new Map(
    store.scopes().map((scope) => {
      const tables = [...(store.dump(scope) ?? [])];
      return [
        scope,
        new Map(tables.flatMap(([table, rows]) => [...rows].map(([name, row]) => [`${table} ${name}`, row] as const))),
      ];
    }),
  );
}

test('K19 K11 K20 whatever comes, cut anywhere, every state shown is the naive one at its cursor', () => {
  randomly(
    fc.property(steps, fc.array(fc.nat(400), { minLength: 1, maxLength: 12 }), fc.nat(1000), (plan, sizes, cutAt) => {
      const states = new Map<string, Model[]>();
      let model: Model = new Map();
      let text = hello([]) + heartbeat('c0');
      let [cursor, number] = ['c0', 0];
      states.set(cursor, [model]);
      for (const entry of plan) {
        if (entry.kind === 'withdraw') {
          model = new Map([...model].filter(([scope]) => scope !== entry.scope));
          text += frame('withdraw', { scopes: [entry.scope] });
          states.get(cursor)?.push(model);
          continue;
        }
        cursor = `c${(number += 1)}`;
        if (entry.kind === 'heartbeat') text += heartbeat(cursor);
        else {
          const { lines, splits, after } = lay(model, entry.writes);
          model = after;
          let held: Line[] = [];
          lines.forEach((line, index) => {
            held.push(line);
            if (index === lines.length - 1) text += batch(cursor, ...held);
            else if (splits[index] === true) [text, held] = [text + part(...held), []];
          });
        }
        states.set(cursor, [model]);
      }
      const bytes = new TextEncoder().encode(text);
      const end = Math.max(1, Math.floor((bytes.length * cutAt) / 1000));
      const store = new RowStore();
      let reached: string | undefined;
      const isKnown = (): void => {
        reached = store.cursor ?? reached;
        const known = states.get(reached ?? '') ?? [new Map()];
        expect(known.map(visible)).toContainEqual(shown(store));
        expect(known).toContainEqual(raw(store));
      };
      store.subscribe(isKnown);
      const on = new Pipeline(store);
      for (let at = 0, turn = 0; at < end; turn += 1) {
        const size = (sizes[turn % sizes.length] ?? 1) + 1;
        on.push(bytes.slice(at, Math.min(end, at + size)));
        isKnown();
        at += size;
      }
      if (end === bytes.length) expect([reached, raw(store)]).toEqual([cursor, model]);
    }),
  );
});

test('K20 a store made from its dump between any two batches goes on like the one it was taken from', () => {
  randomly(
    fc.property(
      fc.array(fc.array(write, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 10 }),
      fc.nat(9),
      (plan, turn) => {
        let model: Model = new Map();
        let store = new RowStore();
        plan.forEach((writes, index) => {
          const { lines, after } = lay(model, writes);
          store.apply({ cursor: `c${index}`, epoch: 'e', deltas: lines, freshAt: 0 });
          model = after;
          if (index === turn)
            store = new RowStore(JSON.parse(JSON.stringify(store.toDump())) as ReturnType<typeof store.toDump>);
        });
        expect(raw(store)).toEqual(model);
        expect(shown(store)).toEqual(visible(model));
      },
    ),
  );
});
