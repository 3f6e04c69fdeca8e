import 'fake-indexeddb/auto';
import { IDBTransaction } from 'fake-indexeddb';
import { deleteDB, openDB } from 'idb';
import type { Row, ScopeKey } from '@elira/protocol';
import { afterEach, expect, test, vi } from 'vitest';
import { indexedOffline } from './indexed-offline.ts';
import type { KeptMutation, OfflineStore, RowsStep } from './offline-store.ts';
import { DATABASE_VERSION } from './open-database.ts';

type Method = (this: object, ...given: unknown[]) => unknown;
const { prototype } = (globalThis as unknown as { IDBObjectStore: { prototype: { put: Method; clear: Method } } })
  .IDBObjectStore;
const A = 'a/x' as ScopeKey;
let users = 0;
const nextUser = (): string => `i${(users += 1)}-${Date.now()}`;
const told: string[] = [];
const tell = (detail: string): void => void told.push(detail);
afterEach(() => {
  vi.restoreAllMocks();
  told.length = 0;
});

const mutation = (id: string, userId: string): KeptMutation => {
  const made = { name: 'item.set', args: {}, lane: id, madeAt: '2025-11-22T10:00:00.000+00:00' };
  return { id, userId, state: 'waiting', ...made };
};
const step = (cursor: string, keys: readonly string[]): RowsStep => ({
  whole: false,
  rows: keys.map((key) => ({ scope: A, table: 'items', key, row: { key } as Row })),
  cursor,
  settled: [],
  epoch: 'e',
  scopes: [A],
  freshAt: 1,
});

async function filled(): Promise<readonly [string, OfflineStore]> {
  const user = nextUser();
  const store = indexedOffline({ userId: user });
  await store.open(tell);
  await store.saveRows(step('c1', ['1', '2']));
  await store.putMutations([mutation('m1', user)]);
  return [user, store];
}

/** What the next start finds: its cursor, its rows, what waits. */
async function found(user: string): Promise<unknown[]> {
  const store = indexedOffline({ userId: user });
  const { rows, mutations } = await store.open(tell);
  const keys = rows?.dump.scopes?.flatMap(([, tables]) => tables.flatMap(([, pairs]) => pairs.map(([key]) => key)));
  store.close();
  return [rows?.dump.cursor, keys, mutations.map(({ id }) => id)];
}

const DAMAGES: Record<string, { store: string; record: object }> = {
  'a row without content': { store: 'rows', record: { scope: A, table: 'items', key: '3' } },
  'a row of a scope that is not held': { store: 'rows', record: { scope: 'b/x', table: 'items', key: '3', row: {} } },
  'a state without scopes': { store: 'state', record: { name: 'state', version: 1, stamp: 'x' } },
  'rows of another version': { store: 'state', record: { name: 'state', version: 99, stamp: 'x', scopes: [A] } },
  'rows of another user': { store: 'state', record: { name: 'state', version: 1, userId: 'z', stamp: 'x', scopes: [A] } },
};

test.each(Object.entries(DAMAGES))('K35 %s: rows are thrown away, mutations are not', async (_, { store, record }) => {
  const [user, offline] = await filled();
  offline.close();
  const raw = await openDB(`elira-${user}`);
  await raw.put(store, store === 'state' ? { userId: user, cursor: 'c1', ...record } : record);
  raw.close();
  expect(await found(user)).toEqual([undefined, undefined, ['m1']]);
  expect(told).toHaveLength(1);
  expect(await found(user)).toEqual([undefined, undefined, ['m1']]);
  expect(told).toHaveLength(1);
});

test('K36 what somebody makes is committed when it is written, not when the page has heard of it', async () => {
  const [user, offline] = await filled();
  const committed = vi.spyOn(IDBTransaction.prototype, 'commit');
  await offline.putMutations([mutation('m2', user), mutation('m3', user)]);
  expect(committed).toHaveBeenCalledTimes(1);
  committed.mockRestore();
  offline.close();
  expect(await found(user)).toEqual(['c1', ['1', '2'], ['m1', 'm2', 'm3']]);
});

test('K35 a database of a newer version keeps its mutations and loses its rows', async () => {
  const [user, offline] = await filled();
  offline.close();
  (await openDB(`elira-${user}`, DATABASE_VERSION + 5)).close();
  expect(await found(user)).toEqual([undefined, undefined, ['m1']]);
  const again = indexedOffline({ userId: user });
  await again.open(tell);
  expect(await again.saveRows(step('c2', ['5']))).toBe('saved');
  again.close();
});

test.each([['rows'], ['state']])('K35 a database without its %s is made anew around its mutations', async (missing) => {
  const [user, offline] = await filled();
  offline.close();
  const broken = await openDB(`elira-${user}`, DATABASE_VERSION + 1, {
    upgrade: (database) => database.deleteObjectStore(missing),
  });
  broken.close();
  expect(await found(user)).toEqual([undefined, undefined, ['m1']]);
  const again = indexedOffline({ userId: user });
  expect(await again.saveRows(step('c2', ['5']))).toBe('saved');
  again.close();
  expect(await found(user)).toEqual(['c2', ['5'], ['m1']]);
});

test('K35 mutations that were laid aside when making a database anew was broken off are found again', async () => {
  const user = nextUser();
  const aside = await openDB(`elira-${user}-rescued`, 1, {
    upgrade: (database) => void database.createObjectStore('outbox', { keyPath: 'id' }),
  });
  await aside.put('outbox', mutation('m7', user));
  aside.close();
  expect(await found(user)).toEqual([undefined, undefined, ['m7']]);
  await deleteDB(`elira-${user}-rescued`);
  expect(await found(user)).toEqual([undefined, undefined, ['m7']]);
});

test('K37 a mutation of another user, or one that is not to be understood, is neither read nor deleted', async () => {
  const [user, offline] = await filled();
  await offline.putMutations([mutation('m2', 'another')]);
  offline.close();
  const raw = await openDB(`elira-${user}`);
  await raw.put('outbox', { id: 'm3', userId: user });
  expect(await found(user)).toEqual(['c1', ['1', '2'], ['m1']]);
  expect(await raw.count('outbox')).toBe(3);
  raw.close();
});

test('K33 a step that fails half way leaves the state before it', async () => {
  const [user, offline] = await filled();
  let puts = 0;
  const { put } = prototype;
  vi.spyOn(prototype, 'put').mockImplementation(function half(this: object, ...given) {
    puts += 1;
    if (puts > 2) throw new DOMException('full', 'QuotaExceededError');
    return put.apply(this, given);
  });
  await expect(offline.saveRows(step('c2', ['3', '4', '5']))).rejects.toThrow('full');
  vi.restoreAllMocks();
  offline.close();
  expect(await found(user)).toEqual(['c1', ['1', '2'], ['m1']]);
});

test('K36 on a device that is full, rows make room for what waits to be sent', async () => {
  const [user, offline] = await filled();
  let isFull = true;
  const { put, clear } = prototype;
  vi.spyOn(prototype, 'put').mockImplementation(function full(this: object, ...given) {
    if (isFull) throw new DOMException('full', 'QuotaExceededError');
    return put.apply(this, given);
  });
  vi.spyOn(prototype, 'clear').mockImplementation(function room(this: object) {
    isFull = false;
    return clear.apply(this);
  });
  await offline.putMutations([mutation('m2', user)]);
  expect(told).toHaveLength(1);
  vi.restoreAllMocks();
  expect(await offline.saveRows(step('c2', ['3']))).toBe('overtaken');
  offline.close();
  expect(await found(user)).toEqual([undefined, undefined, ['m1', 'm2']]);
});

test('K38 a tab lets go of its database when another wants it for itself, and takes hold of it again', async () => {
  const [user, offline] = await filled();
  await deleteDB(`elira-${user}`);
  await offline.putMutations([mutation('m5', user)]);
  expect(await offline.saveRows(step('c2', ['3']))).toBe('overtaken');
  offline.close();
  expect(await found(user)).toEqual([undefined, undefined, ['m5']]);
});
