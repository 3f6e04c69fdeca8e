import 'fake-indexeddb/auto';
import type { Row, ScopeKey } from '@elira/protocol';
import { expect, test } from 'vitest';
import { indexedOffline, SLICE_ROWS, type Locks } from './indexed-offline.ts';
import { MemoryDevice } from './memory-offline.ts';
import type { KeptMutation, KeptRow, OfflineStore, RowsStep, TabNews } from './offline-store.ts';

// One suite for both devices. It needs an IndexedDB as browsers have it, and nothing of Node.

const A = 'a/x' as ScopeKey;
let users = 0;
const nextUser = (): string => `u${(users += 1)}-${Date.now()}`;

/** Locks as a browser gives them. */
function handLocks(): Locks {
  const turns = new Map<string, Promise<void>>();
  return {
    request: async (name, { signal }, work) => {
      const turn = (turns.get(name) ?? Promise.resolve()).then(() => {
        signal.throwIfAborted();
        return work();
      });
      turns.set(
        name,
        turn.catch(() => undefined),
      );
      await turn;
    },
  };
}

const memory = new MemoryDevice();
const locks = handLocks();
const DEVICES: readonly (readonly [string, (userId: string) => OfflineStore])[] = [
  ['memory', (userId) => memory.tab(userId)],
  ['IndexedDB', (userId) => indexedOffline({ userId, locks })],
];

const row = (key: string, content: Row | undefined): KeptRow => ({ scope: A, table: 'items', key, row: content });
const step = (cursor: string, rows: readonly KeptRow[], more: Partial<RowsStep> = {}): RowsStep => ({
  whole: false,
  rows,
  cursor,
  settled: [],
  epoch: 'e',
  scopes: [A],
  freshAt: 1,
  ...more,
});
const waiting = (id: string, userId: string): KeptMutation => {
  const made = { name: 'item.set', args: { key: id }, lane: id, madeAt: '2025-11-22T10:00:00.000+00:00' };
  return { id, userId, state: 'waiting', ...made };
};
const none = (): void => undefined;

async function read(store: OfflineStore): Promise<unknown> {
  const { rows, mutations } = await store.open(none);
  const items = rows?.dump.scopes?.flatMap(([, tables]) => tables.flatMap(([, pairs]) => pairs));
  return {
    cursor: rows?.dump.cursor,
    items: items && Object.fromEntries(items),
    waiting: mutations.map(({ id }) => id).toSorted(),
  };
}

test.each(DEVICES)('K33 %s: steps add up to rows and one cursor, which another tab reads', async (_, tab) => {
  const user = nextUser();
  const one = tab(user);
  expect(await read(one)).toEqual({ cursor: undefined, items: undefined, waiting: [] });
  const odd = JSON.parse('{"__proto__":1,"n":[null,{"a":"é"}]}') as Row;
  expect(await one.saveRows(step('c1', [row('1', odd), row('2', { n: 2 })]))).toBe('saved');
  expect(await one.saveRows(step('c2', [row('2', undefined), row('3', { n: 3 })]))).toBe('saved');
  expect(await read(tab(user))).toEqual({ cursor: 'c2', items: { 1: odd, 3: { n: 3 } }, waiting: [] });
  expect(await one.saveRows(step('c3', [row('9', { n: 9 })], { whole: true }))).toBe('saved');
  expect(await read(tab(user))).toEqual({ cursor: 'c3', items: { 9: { n: 9 } }, waiting: [] });
  one.close();
});

test.each(DEVICES)('K33 %s: many rows are written and read in slices, whole', async (_, tab) => {
  const user = nextUser();
  const many = Array.from({ length: 2 * SLICE_ROWS + 1 }, (_unused, index) => row(String(index), { n: index }));
  await tab(user).saveRows(step('c1', many));
  const { rows } = await tab(user).open(none);
  expect(rows?.dump.scopes?.[0]?.[1][0]?.[1].length).toBe(many.length);
});

test.each(DEVICES)('K38 %s: a tab that was overtaken changes nothing, and may only write whole', async (_, tab) => {
  const user = nextUser();
  const [one, two] = [tab(user), tab(user)];
  await one.saveRows(step('c1', [row('1', { n: 1 })]));
  await two.open(none);
  expect(await two.saveRows(step('c2', [row('2', { n: 2 })]))).toBe('saved');
  expect(await one.saveRows(step('c9', [row('9', { n: 9 })]))).toBe('overtaken');
  expect(await read(tab(user))).toMatchObject({ cursor: 'c2', items: { 1: { n: 1 }, 2: { n: 2 } } });
  expect(await one.saveRows(step('c9', [row('9', { n: 9 })], { whole: true }))).toBe('saved');
  expect(await two.saveRows(step('c3', []))).toBe('overtaken');
  expect(await read(tab(user))).toMatchObject({ cursor: 'c9', items: { 9: { n: 9 } } });
});

test.each(DEVICES)('K37 %s: users do not meet, and a wipe leaves nothing', async (_, tab) => {
  const [user, other] = [nextUser(), nextUser()];
  const one = tab(user);
  await one.open(none);
  await one.saveRows(step('c1', [row('1', { n: 1 })]));
  await one.putMutations([waiting('m1', user), waiting('m2', user)]);
  await one.removeMutations(['m2', 'm9']);
  expect(await read(tab(other))).toEqual({ cursor: undefined, items: undefined, waiting: [] });
  expect(await read(tab(user))).toMatchObject({ cursor: 'c1', waiting: ['m1'] });
  await one.saveRows(step('c2', [], { settled: ['m1'] }));
  expect(await read(tab(user))).toMatchObject({ cursor: 'c2', waiting: [] });
  await one.putMutations([waiting('m3', user)]);
  await one.wipe();
  expect(await read(tab(user))).toEqual({ cursor: undefined, items: undefined, waiting: [] });
});

test.each(DEVICES)('K38 %s: what one tab tells the others hear, and one works at a time', async (_, tab) => {
  const [user, other] = [nextUser(), nextUser()];
  const tabs = [tab(user), tab(user), tab(other)];
  const heard: [number, TabNews][] = [];
  tabs.forEach((one, index) => one.hear((news) => void heard.push([index, news])));
  tabs[0]?.tell({ kind: 'dismissed', id: 'm1' });
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(heard).toEqual([[1, { kind: 'dismissed', id: 'm1' }]]);
  const order: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    order.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    order.push(`${name} ends`);
  };
  const gaveUp = new AbortController();
  const all = tabs.slice(0, 2).map((one, index) => one.alone('send', new AbortController().signal, work(String(index))));
  const late = tabs[1]?.alone('send', gaveUp.signal, work('late'));
  gaveUp.abort();
  await expect(late).rejects.toThrow();
  await Promise.all(all);
  expect(order).toEqual(['0 begins', '0 ends', '1 begins', '1 ends']);
  for (const one of tabs) one.close();
});
