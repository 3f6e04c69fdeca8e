import 'fake-indexeddb/auto';
import { deleteDB } from 'idb';
import { afterEach, expect, test, vi } from 'vitest';
import { bring, Desk, mutators } from '../contract/desk.ts';
import { nextUser, until } from '../contract/devices.ts';
import { createSyncClient, indexedOffline, type ClientProblem, type SyncClient } from '../index.ts';
import type { Marks } from './waiting-mark.ts';

type Listening = { addEventListener: (this: object, event: string, listener: () => void) => void; close: () => void };
const { prototype } = (globalThis as unknown as { IDBDatabase: { prototype: Listening } }).IDBDatabase;
const clients: SyncClient[] = [];
let problems: ClientProblem[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.stop();
  problems = [];
  vi.restoreAllMocks();
});

/** A browser's localStorage, which outlives its databases. */
function marksOf(): Marks & { readonly names: () => string[] } {
  const kept = new Map<string, string>();
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
    names: () => [...kept.keys()],
  };
}

function write(user: string, marks: Marks): SyncClient {
  const client = createSyncClient({
    url: 'http://any.invalid/api/sync/stream',
    user: { id: user },
    mutators,
    fetch: new Desk().fetch,
    offline: indexedOffline({ userId: user, marks, locks: { request: (_name, _options, work) => work() } }),
    onProblem: (problem) => void problems.push(problem),
  });
  clients.push(client);
  client.start();
  return client;
}

/** Every database that is open, with the ways to close it and to say that the browser did. */
function openDatabases(): { readonly close: () => void; readonly tell: () => void }[] {
  const open: { readonly close: () => void; readonly tell: () => void }[] = [];
  const original = prototype.addEventListener;
  vi.spyOn(prototype, 'addEventListener').mockImplementation(function (this: object, event: string, listener: () => void) {
    if (event === 'close') open.push({ close: () => (this as Listening).close(), tell: () => listener() });
    original.call(this, event, listener);
  });
  return open;
}

const kept = async (user: string): Promise<unknown[]> => {
  const store = indexedOffline({ userId: user, marks: marksOf() });
  const { mutations, rows } = await store.open(() => undefined);
  store.close();
  return [mutations.map(({ id }) => id), rows?.dump.cursor, rows?.dump.scopes?.length];
};

test('K36 what the browser removes while a page is open is kept anew, rows and what waits', async () => {
  const [user, marks, open] = [nextUser(), marksOf(), openDatabases()];
  const client = write(user, marks);
  bring(client, { a: 1 });
  const { id } = client.mutate('item.set', { key: 'a', n: 2 });
  await until(async () => expect(await kept(user)).toEqual([[id], client.cursor, 2]));
  const taken = open.splice(0);
  vi.restoreAllMocks();
  // The browser closes what is open, and deletes it.
  for (const { close } of taken) close();
  await deleteDB(`elira-${user}`);
  for (const { tell } of taken) tell();
  await until(() => expect(problems.map(({ detail }) => detail)).toContainEqual(expect.stringContaining('kept anew')));
  await until(async () => expect(await kept(user)).toEqual([[id], client.cursor, 2]));
  expect(client.outbox.hasLost).toBe(false);
});

test('K36 what the browser removed while no page was open is missed and told, once', async () => {
  const [user, marks] = [nextUser(), marksOf()];
  const first = write(user, marks);
  const { id } = first.mutate('item.set', { key: 'a', n: 2 });
  await until(async () => expect((await kept(user))[0]).toEqual([id]));
  first.stop();
  await deleteDB(`elira-${user}`);
  let told = 0;
  const second = write(user, marks);
  second.outbox.subscribe(() => (told += 1));
  await until(() => expect(second.outbox.hasLost).toBe(true));
  expect(problems.at(-1)).toMatchObject({ code: 'offline_failed' });
  expect(told).toBeGreaterThan(0);
  second.outbox.dismissLoss();
  expect(second.outbox.hasLost).toBe(false);
  second.stop();
  const third = write(user, marks);
  await third.restore();
  expect(third.outbox.hasLost).toBe(false);
});

test('K36 where nothing waited nothing is missed, and forgetting leaves no mark', async () => {
  const [user, marks] = [nextUser(), marksOf()];
  const client = write(user, marks);
  client.mutate('item.set', { key: 'a', n: 2 });
  await until(() => expect(marks.names()).toHaveLength(1));
  await client.forget();
  expect(marks.names()).toEqual([]);
  const broken: Marks = {
    getItem: () => {
      throw new Error('forbidden');
    },
    setItem: () => {
      throw new Error('forbidden');
    },
    removeItem: () => undefined,
  };
  const next = write(nextUser(), broken);
  await next.restore();
  expect([next.outbox.hasLost, problems]).toEqual([false, []]);
});
