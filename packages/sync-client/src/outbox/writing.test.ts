import { LIMITS } from '@elira/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bring, Desk, mutators, shown, type DeskRequest } from '../contract/desk.ts';
import { createSyncClient, type ClientProblem, type SyncClient, type SyncClientOptions } from '../index.ts';
import { FRESHER_MS, OUTBOX_MOST } from './writing.ts';

let desk: Desk;
let problems: ClientProblem[] = [];
let clock = 0;
const clients: SyncClient[] = [];

beforeEach(() => {
  desk = new Desk();
  problems = [];
  clock = 0;
});
afterEach(() => {
  for (const client of clients.splice(0)) client.stop();
  vi.useRealTimers();
});

function write(options: Partial<SyncClientOptions> = {}): SyncClient {
  const onProblem = (problem: ClientProblem): void => void problems.push(problem);
  const own = { url: 'http://any.invalid/api/sync/stream', user: { id: 'u' }, mutators, fetch: desk.fetch };
  const client = createSyncClient({ ...own, random: () => 0, now: () => clock, onProblem, ...options });
  clients.push(client);
  return client;
}
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 8000, interval: 5 });
const states = (client: SyncClient): string[] => client.outbox.list().map(({ state }) => state);
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

test('K24 no retry with a new id: however often a mutation is sent, it is sent under the one id it was made with, as it was made', async () => {
  const client = write();
  client.start();
  const args = { key: 'a', n: 1 };
  const { id, settled } = client.mutate('item.set', args);
  args.n = 2;
  (await desk.next()).lose();
  await until(() => expect(client.outbox.problem?.code).toBe('unreachable'));
  client.wake();
  (await desk.next()).fail(503);
  await until(() => expect(client.outbox.problem?.status).toBe(503));
  clock += 60_000;
  client.wake();
  (await desk.next()).answer('unknown');
  await until(() => expect(states(client)).toEqual(['waiting']));
  clock += 60_000;
  client.wake();
  const last = await desk.next();
  expect([desk.sent, last.mutations]).toEqual([[id, id, id, id], [{ id, name: 'item.set', args: { key: 'a', n: 1 } }]]);
  last.answer();
  expect(await settled).toEqual({ id, status: 'applied', result: { was: id } });
});

test('K25 one of each lane is in a request, in the order made; a refused one holds up nobody, one that is stuck its lane alone', async () => {
  const client = write();
  client.start();
  const [a1, a2, b1, hide] = [
    client.mutate('item.set', { key: 'a', n: 1 }).id,
    client.mutate('item.add', { key: 'a', n: 1 }).id,
    client.mutate('item.set', { key: 'b', n: 1 }).id,
    client.mutate('item.hide', { key: 'a', n: 0 }).id,
  ];
  const first = await desk.next();
  expect(first.ids).toEqual([a1, b1, hide]);
  const b2 = client.mutate('item.add', { key: 'b', n: 1 }).id;
  first.answer('unknown', 'refused', 'applied');
  const second = await desk.next();
  expect(second.ids).toEqual([b2]);
  second.answer();
  await until(() => expect(states(client)).not.toContain('sending'));
  clock += 60_000;
  const c = client.mutate('item.set', { key: 'c', n: 1 }).id;
  const third = await desk.next();
  expect(third.ids).toEqual([c, a1]);
  third.answer();
  expect((await desk.next()).ids).toEqual([a2]);
});

test('K25 a request holds at most 100 mutations and 1 MiB, to the byte', async () => {
  const client = write();
  const made = Array.from({ length: 101 }, (_, index) => client.mutate('item.set', { key: `k${index}`, n: 0 }).id);
  client.start();
  const first = await desk.next();
  expect(first.ids).toEqual(made.slice(0, 100));
  first.answer();
  const second = await desk.next();
  expect(second.ids).toEqual(made.slice(100));
  second.answer();
  await until(() => expect(client.outbox.unsent).toBe(0));
  const frame = JSON.stringify({ id: made[0], name: 'item.set', args: { key: '' } }).length;
  const fill = (bytes: number): string => client.mutate('item.set', { key: 'é'.padEnd(bytes - frame - 1, 'x') }).id;
  const rest = LIMITS.mutationBytes - 3 - 1000;
  const [a, b] = [fill(1000), fill(rest)];
  const third = await desk.next();
  expect([third.ids, Buffer.byteLength(third.body)]).toEqual([[a, b], LIMITS.mutationBytes]);
  const [c, d] = [fill(1001), fill(rest)];
  third.answer();
  const fourth = await desk.next();
  expect(fourth.ids).toEqual([c]);
  fourth.answer();
  expect((await desk.next()).ids).toEqual([d]);
});

test('K25 what can never be sent is refused where it is made', () => {
  const client = write();
  const text = 'x'.repeat(LIMITS.mutationBytes);
  expect(() => client.mutate('item.set', { key: text })).toThrow('too large');
  expect(() => client.mutate('item.none', {})).toThrow('no mutator');
  expect(() => client.mutate('item.set', {})).toThrow('no key');
  expect(() => write({ user: { id: 'nobody' } }).mutate('item.break', { key: 'a' })).toThrow('may not');
  expect(() => createSyncClient({ url: 'http://any.invalid' }).mutate('item.set', {})).toThrow('give createSyncClient');
  expect([client.outbox.list(), shown(client)]).toEqual([[], {}]);
});

test('K25 no more than can be shown waits', () => {
  const client = write({ mutators: new Map([['item.none', { name: 'item.none', args: { parse: () => 0 }, flush: 'x' }]]) });
  for (let index = 0; index < OUTBOX_MOST; index += 1) client.mutate('item.none', {});
  expect(() => client.mutate('item.none', {})).toThrow('wait already');
  const ids = client.outbox.list().map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].toSorted());
});

test('K26 what is not decided is sent again for ever, after the time that the server asks for', async () => {
  const client = write();
  client.start();
  const { id } = client.mutate('item.set', { key: 'a', n: 1 });
  for (const [status, code] of [
    [500, 'internal'],
    [502, 'x'],
    [503, 'too_busy'],
    [404, 'x'],
    [403, 'cross_site'],
    [408, 'x'],
  ] as const) {
    (await desk.next()).fail(status, code);
    await until(() => expect([status, states(client)]).toEqual([status, ['waiting']]));
    expect(client.outbox.problem?.status).toBe(status);
    clock += 60_000;
    client.wake();
  }
  (await desk.next()).say({ not: 'answers' });
  await until(() => expect(client.outbox.problem?.code).toBe('unexpected_answer'));
  clock += 60_000;
  client.wake();
  (await desk.next()).say([{ id: 'another', status: 'applied' }]);
  await until(() => expect(states(client)).toEqual(['waiting']));
  clock += 60_000;
  client.wake();
  (await desk.next()).fail(429, 'too_many_requests', { 'retry-after': '40' });
  await until(() => expect(client.outbox.problem?.code).toBe('too_many_requests'));
  clock += 39_000;
  client.wake();
  await settle();
  expect(desk.arrived).toBe(0);
  clock += 2000;
  client.wake();
  (await desk.next()).answer();
  await until(() => expect(states(client)).toEqual(['answered']));
  expect([new Set(desk.sent), client.outbox.problem, client.outbox.unsent]).toEqual([new Set([id]), undefined, 0]);
});

/** Answers what comes, and lets time pass when nothing does, until `isDone`. */
async function attend(client: SyncClient, answer: (request: DeskRequest) => void, isDone: () => boolean): Promise<void> {
  for (let turn = 0; !isDone(); turn += 1) {
    expect(turn).toBeLessThan(100);
    if (desk.arrived > 0) answer(await desk.next());
    else clock += 700;
    client.wake();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('K26 no queue is wedged by one item: a mutation that the server fails on is found by halves, and holds up no other', async () => {
  const client = write();
  const made = Array.from({ length: 8 }, (_, index) => client.mutate('item.set', { key: `k${index}`, n: 0 }).id);
  client.start();
  const bad = made[2] ?? '';
  await attend(
    client,
    (request) => (request.ids.includes(bad) ? request.fail(500, 'internal') : request.answer()),
    () => client.outbox.unsent === 1,
  );
  expect(client.outbox.list().filter(({ state }) => state !== 'answered')).toMatchObject([{ id: bad }]);
});

test('K26 a request that is not taken is found by halves too, and the one it is about is refused, not lost', async () => {
  const client = write();
  const made = Array.from({ length: 3 }, (_, index) => client.mutate('item.set', { key: `k${index}`, n: 0 }).id);
  client.start();
  const bad = made[1] ?? '';
  await attend(
    client,
    (request) => (request.ids.includes(bad) ? request.fail(413, 'too_large') : request.answer()),
    () => client.outbox.unsent === 0,
  );
  expect(client.outbox.list().map(({ state, problem }) => [state, problem?.code])).toEqual([
    ['answered', undefined],
    ['refused', 'too_large'],
    ['answered', undefined],
  ]);
});

test('K27 a session that ended (401) drops nothing and sends nothing until its user signs in again; each request names the user', async () => {
  const client = write();
  client.start();
  const { id } = client.mutate('item.set', { key: 'a', n: 1 });
  const first = await desk.next();
  expect(first.user).toBe('u');
  first.fail(401, 'not_signed_in');
  await until(() => expect(client.outbox.problem?.code).toBe('not_signed_in'));
  const later = client.mutate('item.set', { key: 'b', n: 1 }).id;
  clock += 900_000;
  client.wake();
  await settle();
  expect([desk.requests.length, states(client), client.outbox.unsent, shown(client)]).toEqual([
    1,
    ['waiting', 'waiting'],
    2,
    { a: 1, b: 1 },
  ]);
  client.start();
  expect((await desk.next()).ids).toEqual([id, later]);
});

test('K27 what was stopped on its way waits, and goes out under its id when the client goes on', async () => {
  const client = write();
  client.start();
  const { id } = client.mutate('item.set', { key: 'a', n: 1 });
  await desk.next();
  client.stop();
  await until(() => expect(states(client)).toEqual(['waiting']));
  client.start();
  expect((await desk.next()).ids).toEqual([id]);
});

test('K28 an applied one leaves with its row in the ledger, and not before', async () => {
  const client = write();
  client.start();
  bring(client, { a: 0 });
  const { id } = client.mutate('item.set', { key: 'a', n: 1 });
  (await desk.next()).answer();
  await until(() => expect(states(client)).toEqual(['answered']));
  bring(client, { b: 5 }, { freshAt: 1000 });
  expect([shown(client), client.isPending('items', 'a')]).toEqual([{ a: 1, b: 5 }, true]);
  bring(client, { a: 7 }, { ledger: { [id]: 'applied' } });
  expect([shown(client), client.isPending('items', 'a'), states(client)]).toEqual([{ a: 7, b: 5 }, false, []]);
});

test('K28 without a row in the ledger, rows that are fresher than the answer will do, with time for their way', async () => {
  for (const [user, margin] of [
    ['u', FRESHER_MS.withLedger],
    ['v', FRESHER_MS.without],
  ] as const) {
    const client = write({ user: { id: user } });
    client.start();
    bring(client, { a: 0 }, { user: 'u' });
    client.mutate('item.set', { key: 'a', n: 1 });
    clock = 1000;
    (await desk.next()).answer();
    await until(() => expect(states(client)).toEqual(['answered']));
    bring(client, {}, { freshAt: 1000 + margin, user: 'u' });
    expect([user, shown(client)]).toEqual([user, { a: 1 }]);
    bring(client, {}, { freshAt: 1001 + margin, user: 'u' });
    expect([user, shown(client), states(client)]).toEqual([user, { a: 0 }, []]);
  }
});

test('K42 what was answered of a lane falls with a later one of it that is in the ledger, though its own row never comes', async () => {
  const client = write();
  client.start();
  bring(client, { a: 0, b: 0 });
  client.mutate('item.add', { key: 'a', n: 1 });
  client.mutate('item.add', { key: 'b', n: 1 });
  (await desk.next()).answer();
  await until(() => expect(states(client)).toEqual(['answered', 'answered']));
  const later = client.mutate('item.add', { key: 'a', n: 10 }).id;
  const last = client.mutate('item.add', { key: 'a', n: 100 }).id;
  const request = await desk.next();
  expect([request.ids, shown(client)]).toEqual([[later], { a: 111, b: 1 }]);
  request.answer();
  await until(() => expect(states(client)).toEqual(['answered', 'answered', 'answered', 'sending']));
  // The first is in the rows, its row in the ledger is not: it was decided long ago.
  bring(client, { a: 11 }, { ledger: { [later]: 'applied' } });
  expect([
    shown(client),
    client.outbox
      .list()
      .map(({ id }) => id)
      .at(-1),
    states(client),
  ]).toEqual([{ a: 111, b: 1 }, last, ['answered', 'sending']]);
});

test('K28 a refused one falls at once and is kept with its problem until it is dismissed', async () => {
  const client = write();
  client.start();
  bring(client, { a: 0 });
  const { id, settled } = client.mutate('item.set', { key: 'a', n: 1 });
  (await desk.next()).answer('refused');
  expect(await settled).toMatchObject({ status: 'refused', problem: { code: 'forbidden' } });
  expect([shown(client), client.outbox.refused, client.outbox.unsent]).toEqual([{ a: 0 }, 1, 0]);
  expect(client.outbox.list()).toMatchObject([{ id, state: 'refused', problem: { code: 'forbidden' } }]);
  bring(client, {}, { ledger: { [id]: 'refused' }, freshAt: 900_000 });
  expect([client.outbox.refused, client.outbox.dismiss(id), client.outbox.dismiss(id)]).toEqual([1, true, false]);
  expect(states(client)).toEqual([]);
});

test('K28 a refused one is tried again under an id of its own, with other arguments', async () => {
  const client = write();
  client.start();
  const { id } = client.mutate('item.set', { key: 'a', n: 1 });
  (await desk.next()).answer('refused');
  await until(() => expect(client.outbox.refused).toBe(1));
  const again = client.outbox.retry(id, { key: 'a', n: 2 });
  const request = await desk.next();
  expect([request.ids, again.id > id, request.mutations[0]?.args]).toEqual([[again.id], true, { key: 'a', n: 2 }]);
  expect(() => client.outbox.retry(again.id)).toThrow('refused');
});

test('K28 the ledger decides when the answer is lost, and a refusal is asked for again', async () => {
  const client = write();
  client.start();
  const kept = client.mutate('item.set', { key: 'a', n: 1 });
  const refused = client.mutate('item.set', { key: 'b', n: 1 });
  const first = await desk.next();
  bring(client, { a: 1 }, { ledger: { [kept.id]: 'applied', [refused.id]: 'refused' } });
  expect(shown(client)).toEqual({ a: 1 });
  first.lose();
  expect(await kept.settled).toEqual({ id: kept.id, status: 'applied', result: undefined });
  expect(states(client)).toEqual(['waiting']);
  clock += 60_000;
  client.wake();
  const second = await desk.next();
  expect(second.ids).toEqual([refused.id]);
  second.answer('refused');
  expect(await refused.settled).toMatchObject({ status: 'refused', problem: { code: 'forbidden' } });
});

test('K28 an answer that comes after its row in the ledger still tells its result', async () => {
  const client = write();
  client.start();
  const { id, settled } = client.mutate('item.set', { key: 'a', n: 1 });
  const request = await desk.next();
  bring(client, { a: 1 }, { ledger: { [id]: 'applied' } });
  request.answer();
  expect([await settled, states(client)]).toEqual([{ id, status: 'applied', result: { was: id } }, []]);
});

test('K29 the list is the same object until something changed, and whoever listens is told of each change once', async () => {
  const client = write();
  client.start();
  const told: string[][] = [];
  client.outbox.subscribe(() => {
    throw new Error('mine');
  });
  client.outbox.subscribe(() => void told.push(states(client)));
  expect(client.outbox.list()).toBe(client.outbox.list());
  const { id } = client.mutate('item.set', { key: 'a', n: 1 });
  const request = await desk.next();
  request.answer();
  await until(() => expect(states(client)).toEqual(['answered']));
  bring(client, { z: 1 });
  bring(client, { a: 1 }, { ledger: { [id]: 'applied' } });
  expect(told).toEqual([['waiting'], ['sending'], ['answered'], []]);
  expect(problems.map(({ code }) => code)).toContain('callback_failed');
});
