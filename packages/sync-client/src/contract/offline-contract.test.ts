import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  createSyncClient,
  MemoryDevice,
  type ClientProblem,
  type OfflineStore,
  type SyncClient,
  type SyncClientOptions,
} from '../index.ts';
import { bring, Desk, mutators, shown } from './desk.ts';
import { close, DEVICES, nextUser, pause, states, until } from './devices.ts';

// Whole clients on either device. A reload is another client on the same one.

let desk: Desk;
let problems: ClientProblem[] = [];
let streams: string[] = [];
const clients: SyncClient[] = [];
let clock = 0;

beforeEach(() => {
  desk = new Desk();
  [problems, streams, clock] = [[], [], 0];
});
afterEach(() => {
  vi.useRealTimers();
  for (const client of clients.splice(0)) client.stop();
});

function open(user: string, offline: OfflineStore, more: Partial<SyncClientOptions> = {}): SyncClient {
  const call: typeof fetch = (input, init) => {
    if (typeof input === 'string' && !input.endsWith('/mutations')) streams.push(input);
    return desk.fetch(input, init);
  };
  const own = { url: 'http://any.invalid/api/sync/stream', user: { id: user }, mutators, fetch: call, offline };
  const onProblem = (problem: ClientProblem): void => void problems.push(problem);
  const client = createSyncClient({ ...own, random: () => 0, now: () => clock, onProblem, ...more });
  clients.push(client);
  client.start();
  return client;
}
test.each(DEVICES)(
  'K34 %s: rows are there before the first connection, which goes on from their cursor, with their age',
  async (_, tab) => {
    const user = nextUser();
    const first = open(user, tab(user));
    await until(() => expect(streams).toHaveLength(1));
    bring(first, { a: 1, b: 2 }, { user });
    bring(first, { a: 3, b: null }, { user });
    await close(first);
    const { cursor } = first;
    streams = [];
    const second = open(user, tab(user));
    let seen: unknown;
    second.table('items').subscribe(() => (seen ??= [shown(second), streams.length]));
    await until(() => expect(streams).toHaveLength(1));
    expect([seen, second.cursor, streams[0]?.endsWith(`cursor=${cursor}`)]).toEqual([[{ a: 3 }, 0], cursor, true]);
    // They waited for 80 ms by a timer, which may be a moment early by the clock.
    expect(second.ageMs).toBeGreaterThanOrEqual(70);
  },
);

test.each(DEVICES)('K34 %s: rows from the future, by a clock that has gone back, are of an unknown age', async (_, tab) => {
  const user = nextUser();
  const first = open(user, tab(user));
  await until(() => expect(streams).toHaveLength(1));
  bring(first, { a: 1 }, { user });
  await close(first);
  const hour = 3_600_000;
  const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() - hour);
  const second = open(user, tab(user));
  await until(() => expect(shown(second)).toEqual({ a: 1 }));
  clock.mockRestore();
  expect(second.ageMs).toBeUndefined();
});

test.each(DEVICES)(
  'K33 %s: changes are gathered and kept with the cursor they lead to, also what comes while others are kept',
  async (_, tab) => {
    const user = nextUser();
    const offline = tab(user);
    const saved: string[] = [];
    const { saveRows } = offline;
    vi.spyOn(offline, 'saveRows').mockImplementation((step) => {
      saved.push(`${step.cursor === undefined} ${step.rows.map(({ key, row }) => `${key}:${String(row?.['n'])}`).join()}`);
      return saveRows.call(offline, step);
    });
    const client = open(user, offline);
    await until(() => expect(streams).toHaveLength(1));
    bring(client, { a: 1, b: 1 }, { user });
    bring(client, { a: 2 }, { user });
    await until(() => expect(saved).toEqual(['false a:2,b:1']));
    bring(client, { b: null, c: 1 }, { user });
    client.store.withdraw([]);
    await until(() => expect(saved.slice(1)).toEqual(['true b:undefined,c:1']));
    bring(client, {}, { user });
    await pause(300);
    expect(saved).toHaveLength(2);
    await close(client);
    expect(saved.slice(2)).toEqual(['false ']);
  },
);

test.each(DEVICES)(
  'K24 %s: what was made without a network survives closing the tab, shows at once again, and is sent under its id',
  async (_, tab) => {
    const user = nextUser();
    const first = open(user, tab(user));
    bring(first, { a: 1 }, { user });
    const { id } = first.mutate('item.add', { key: 'a', n: 5 });
    (await desk.next()).lose();
    await close(first);
    const second = open(user, tab(user));
    await until(() => expect(shown(second)).toEqual({ a: 6 }));
    expect(second.mutate('item.set', { key: 'b', n: 1 }).id > id).toBe(true);
    const request = await desk.next();
    expect([request.ids[0], request.user]).toEqual([id, user]);
    request.answer();
    if (request.ids.length === 1) (await desk.next()).answer();
    await until(() => expect(second.outbox.unsent).toBe(0));
    await close(second);
    const third = open(user, tab(user));
    await until(() => expect(states(third)).toEqual(['answered', 'answered']));
    expect(shown(third)).toEqual({ a: 6, b: 1 });
    bring(third, { a: 6 }, { user, ledger: { [id]: 'applied' } });
    expect([states(third), desk.arrived]).toEqual([['answered'], 0]);
  },
);

test.each(DEVICES)('K28 %s: a refused one is still there after a reload, with its problem', async (_, tab) => {
  const user = nextUser();
  const first = open(user, tab(user));
  first.mutate('item.set', { key: 'a', n: 5 });
  (await desk.next()).answer('refused');
  await until(() => expect(first.outbox.refused).toBe(1));
  await close(first);
  const second = open(user, tab(user));
  await until(() => expect(second.outbox.list()).toMatchObject([{ state: 'refused', problem: { code: 'forbidden' } }]));
  expect(shown(second)).toEqual({});
  second.outbox.dismiss(second.outbox.list()[0]?.id ?? '');
  await close(second);
  const third = open(user, tab(user));
  await third.restore();
  expect(third.outbox.list()).toEqual([]);
});

test.each(DEVICES)(
  'K33 %s: a mutation goes from the device with the rows that hold its outcome, and not before',
  async (_, tab) => {
    const user = nextUser();
    const [offline, other] = [tab(user), tab(user)];
    const first = open(user, offline);
    await until(() => expect(streams).toHaveLength(1));
    const { id } = first.mutate('item.set', { key: 'a', n: 5 });
    (await desk.next()).answer();
    await until(() => expect(states(first)).toEqual(['answered']));
    const held = vi.spyOn(offline, 'saveRows').mockRejectedValue(new Error('the tab was closed'));
    bring(first, { a: 5 }, { user, ledger: { [id]: 'applied' } });
    await until(() => expect(held).toHaveBeenCalled());
    expect((await other.readMutations()).map((one) => one.id)).toEqual([id]);
    await close(first);
    const second = open(user, tab(user));
    await until(() => expect([shown(second), second.isPending('items', 'a')]).toEqual([{ a: 5 }, true]));
    bring(second, { a: 5 }, { user, ledger: { [id]: 'applied' } });
    await until(async () => expect(await other.readMutations()).toEqual([]));
  },
);

test.each(DEVICES)('K28 %s: what the ledger on the device already holds is over', async (_, tab) => {
  const user = nextUser();
  const offline = tab(user);
  const first = open(user, offline);
  await until(() => expect(streams).toHaveLength(1));
  const { id } = first.mutate('item.set', { key: 'a', n: 5 });
  await desk.next();
  await pause();
  const [kept] = await offline.readMutations();
  bring(first, { a: 5 }, { user, ledger: { [id]: 'applied' } });
  await close(first);
  if (kept !== undefined) await offline.putMutations([kept]);
  const second = open(user, tab(user));
  await until(() => expect(shown(second)).toEqual({ a: 5 }));
  await pause();
  expect([kept?.id, second.outbox.list(), second.isPending('items', 'a'), desk.arrived]).toEqual([id, [], false, 0]);
});

test.each(DEVICES)('K37 %s: the next user neither sees nor sends what somebody left', async (_, tab) => {
  const [user, next] = [nextUser(), nextUser()];
  const first = open(user, tab(user));
  await until(() => expect(streams).toHaveLength(1));
  bring(first, { a: 1 }, { user });
  first.mutate('item.set', { key: 'b', n: 2 });
  (await desk.next()).fail(401, 'not_signed_in');
  await close(first);
  const second = open(next, tab(next));
  await second.restore();
  await pause();
  expect([shown(second), second.outbox.list(), desk.arrived, second.cursor]).toEqual([{}, [], 0, undefined]);
  expect(() => open(next, tab(user))).toThrow('one user’s own');
  await close(second);
  const back = open(user, tab(user));
  const request = await desk.next();
  expect([request.user, request.mutations.length, shown(back)]).toEqual([user, 1, { a: 1, b: 2 }]);
});

test.each(DEVICES)('K37 %s: forgetting asks, and then nothing is sent or kept, in any tab', async (_, tab) => {
  const user = nextUser();
  const [one, two] = [open(user, tab(user)), open(user, tab(user))];
  await Promise.all([one.restore(), two.restore()]);
  await pause();
  bring(one, { a: 1 }, { user });
  const { settled } = one.mutate('item.set', { key: 'b', n: 2 });
  const request = await desk.next();
  await until(() => expect(shown(two)).toEqual({ b: 2 }));
  let asked: unknown;
  const no = await one.forget((lost) => {
    asked = lost;
    return false;
  });
  expect([no, asked, one.outbox.unsent]).toEqual([false, { unsent: 1, refused: 0 }, 1]);
  expect(await one.forget(() => true)).toBe(true);
  request.answer();
  expect([shown(one), one.outbox.list(), (await settled).status]).toEqual([{}, [], 'unknown']);
  await until(() => expect(two.outbox.list()).toEqual([]));
  bring(two, { z: 1 }, { user });
  expect(() => one.mutate('item.set', { key: 'c', n: 1 })).toThrow('forgotten');
  one.start();
  for (const client of [one, two]) client.wake();
  clock += 60_000;
  await pause(300);
  expect(desk.requests).toHaveLength(1);
  await close(two);
  const later = open(user, tab(user));
  await later.restore();
  expect([shown(later), later.outbox.list(), later.cursor]).toEqual([{}, [], undefined]);
});

test.each(DEVICES)('K36 %s: a device that fails is reported, and everything goes on in memory', async (_, tab) => {
  const user = nextUser();
  const offline = tab(user);
  const fails = (): Promise<never> => Promise.reject(new Error('broken'));
  for (const name of ['open', 'saveRows', 'putMutations', 'removeMutations', 'wipe'] as const)
    vi.spyOn(offline, name).mockImplementation(fails);
  const client = open(user, offline);
  await until(() => expect(streams).toHaveLength(1));
  bring(client, { a: 1 }, { user });
  expect(client.outbox.isKept).toBe(false);
  const { id, settled } = client.mutate('item.set', { key: 'b', n: 2 });
  (await desk.next()).answer();
  expect((await settled).status).toBe('applied');
  expect(client.outbox.isKept).toBe(false);
  bring(client, { b: 2 }, { user, ledger: { [id]: 'applied' } });
  expect([shown(client), client.outbox.list()]).toEqual([{ a: 1, b: 2 }, []]);
  await until(() => expect(problems.filter(({ code }) => code === 'offline_failed').length).toBeGreaterThan(2));
  expect(await client.forget()).toBe(true);
});

test.each(DEVICES)('K36 %s: what could not be kept is kept with what is made next, and both are said', async (_, tab) => {
  const user = nextUser();
  const offline = tab(user);
  const client = open(user, offline);
  await client.restore();
  const told: boolean[] = [];
  client.outbox.subscribe(() => told.push(client.outbox.isKept));
  const broken = vi.spyOn(offline, 'putMutations').mockRejectedValue(new Error('broken'));
  client.mutate('item.set', { key: 'a', n: 1 });
  await until(() => expect(client.outbox.isKept).toBe(false));
  expect(told.at(-1)).toBe(false);
  broken.mockRestore();
  client.mutate('item.set', { key: 'b', n: 2 });
  await until(() => expect(client.outbox.isKept).toBe(true));
  expect(told.at(-1)).toBe(true);
  expect(await tab(user).readMutations()).toHaveLength(2);
});

test('K36 a device that does not open holds up nobody, and what waits there is sent when it does', async () => {
  vi.useFakeTimers();
  const user = nextUser();
  const device = new MemoryDevice();
  const before = open(user, device.tab(user));
  await vi.advanceTimersByTimeAsync(10);
  const { id } = before.mutate('item.set', { key: 'a', n: 1 });
  await vi.advanceTimersByTimeAsync(10);
  before.stop();
  await vi.advanceTimersByTimeAsync(10);
  streams = [];
  await desk.next();
  const offline = device.tab(user);
  const kept = await device.tab(user).open(() => undefined);
  let opens: () => void = () => undefined;
  vi.spyOn(offline, 'open').mockReturnValue(new Promise((resolve) => (opens = () => resolve(kept))));
  const client = open(user, offline);
  await vi.advanceTimersByTimeAsync(4900);
  expect(streams).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(200);
  expect([streams.length, client.outbox.isKept, problems.at(-1)?.code]).toEqual([1, false, 'offline_failed']);
  opens();
  await vi.advanceTimersByTimeAsync(100);
  expect((await desk.next()).ids).toEqual([id]);
});

test('K36 what could not be kept is kept with the next step, and no cursor without its rows', async () => {
  vi.useFakeTimers();
  const user = nextUser();
  const device = new MemoryDevice();
  const offline = device.tab(user);
  const client = open(user, offline);
  await vi.advanceTimersByTimeAsync(10);
  const broken = vi.spyOn(offline, 'saveRows').mockRejectedValue(new Error('full'));
  bring(client, { a: 1, b: 1 }, { user });
  await vi.advanceTimersByTimeAsync(1000);
  bring(client, { b: 2 }, { user });
  await vi.advanceTimersByTimeAsync(1000);
  expect(broken).toHaveBeenCalledTimes(1);
  broken.mockRestore();
  await vi.advanceTimersByTimeAsync(60_000);
  const kept = await device.tab(user).open(() => undefined);
  expect(kept.rows?.dump.cursor).toBe(client.cursor);
  expect(kept.rows?.dump.scopes?.[0]?.[1]).toEqual([
    [
      'items',
      [
        ['a', { key: 'a', n: 1 }],
        ['b', { key: 'b', n: 2 }],
      ],
    ],
  ]);
});

test.each(DEVICES)(
  'K38 %s: what one tab makes shows in all, is sent once, and falls in each with its own rows',
  async (_, tab) => {
    const user = nextUser();
    const [one, two] = [open(user, tab(user)), open(user, tab(user))];
    await Promise.all([one.restore(), two.restore()]);
    await pause();
    bring(one, { a: 1 }, { user });
    bring(two, { a: 1 }, { user });
    const { id } = one.mutate('item.add', { key: 'a', n: 1 });
    await until(() => expect(shown(two)).toEqual({ a: 2 }));
    (await desk.next()).answer();
    await until(() => expect(states(two)).toEqual(['answered']));
    bring(one, { a: 2 }, { user, ledger: { [id]: 'applied' } });
    await pause();
    expect([shown(one), one.isPending('items', 'a'), shown(two), two.isPending('items', 'a')]).toEqual([
      { a: 2 },
      false,
      { a: 2 },
      true,
    ]);
    bring(two, { a: 2 }, { user, ledger: { [id]: 'applied' } });
    expect([shown(two), two.isPending('items', 'a'), desk.sent]).toEqual([{ a: 2 }, false, [id]]);
  },
);

test.each(DEVICES)('K38 %s: what a tab made and could not send before it was closed, another sends', async (_, tab) => {
  const user = nextUser();
  const [one, two] = [open(user, tab(user)), open(user, tab(user))];
  await Promise.all([one.restore(), two.restore()]);
  const { id } = one.mutate('item.set', { key: 'a', n: 1 });
  (await desk.next()).lose();
  await until(() => expect(shown(two)).toEqual({ a: 1 }));
  await close(one);
  clock += 60_000;
  two.wake();
  const request = await desk.next();
  expect(request.ids).toEqual([id]);
});

test('K38 a tab that takes over keeping the rows writes them whole', async () => {
  const user = nextUser();
  const device = new MemoryDevice();
  const [one, two] = [open(user, device.tab(user)), open(user, device.tab(user))];
  await Promise.all([one.restore(), two.restore()]);
  await pause();
  bring(one, { a: 1, b: 1 }, { user });
  await pause(300);
  bring(two, { a: 2 }, { user });
  await close(one);
  bring(two, { c: 3 }, { user });
  await pause(500);
  const kept = await device.tab(user).open(() => undefined);
  expect(kept.rows?.dump.cursor).toBe(two.cursor);
  expect(kept.rows?.dump.scopes?.[0]?.[1]).toEqual([
    [
      'items',
      [
        ['a', { key: 'a', n: 2 }],
        ['c', { key: 'c', n: 3 }],
      ],
    ],
  ]);
});
