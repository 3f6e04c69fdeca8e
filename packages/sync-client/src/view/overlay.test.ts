import type { Row } from '@elira/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bring, Desk, mutators, shown } from '../contract/desk.ts';
import { createSyncClient, type ClientProblem, type SyncClient } from '../index.ts';
import { LaidOverRows } from './laid-over-rows.ts';

let desk: Desk;
let client: SyncClient;
const problems: ClientProblem[] = [];
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

beforeEach(() => {
  desk = new Desk();
  problems.length = 0;
  client = createSyncClient({
    url: 'http://any.invalid/api/sync/stream',
    user: { id: 'u' },
    mutators,
    fetch: desk.fetch,
    now: () => 0,
    onProblem: (problem) => void problems.push(problem),
  });
  client.start();
});
afterEach(() => client.stop());

test('K30 what is shown is the rows with the effects over them, in the order made, also over rows that come later', () => {
  bring(client, { a: 1, b: 2 });
  client.mutate('item.add', { key: 'a', n: 10 });
  client.mutate('item.set', { key: 'c', n: 3 });
  client.mutate('item.add', { key: 'a', n: 100 });
  client.mutate('item.hide', { key: 'b', n: 0 });
  expect(shown(client)).toEqual({ a: 111, c: 3 });
  bring(client, { a: 5, d: 4 });
  expect(shown(client)).toEqual({ a: 115, d: 4, c: 3 });
  const items = client.table('items');
  expect([items.get('b'), items.all().length, client.store.rows('items').size]).toEqual([undefined, 3, 3]);
});

test('K30 a listener is told once, and only when what is shown differs', async () => {
  bring(client, { a: 1, b: 2 });
  const told: string[] = [];
  const items = client.table('items');
  items.subscribe(() => void told.push('table'));
  items.subscribeRow('a', () => void told.push(`a ${String(items.get('a')?.['n'])}`));
  const { id } = client.mutate('item.set', { key: 'a', n: 9 });
  expect(told.splice(0)).toEqual(['table', 'a 9']);
  client.mutate('item.set', { key: 'a', n: 9 });
  bring(client, { a: 3 });
  const before = items.get('a');
  (await desk.next()).answer();
  await settle();
  bring(client, { a: 9 }, { ledger: { [id]: 'applied' } });
  expect([told, items.get('a') === before, Object.isFrozen(before)]).toEqual([[], true, true]);
  bring(client, { b: 4 });
  expect(told).toEqual(['table']);
});

test('K31 the effect gives way to what it foretold in the very step that brings it: no state in between is ever shown', async () => {
  bring(client, { a: 1 });
  const states: unknown[] = [];
  const look = (): void => void states.push([shown(client)['a'], client.isPending('items', 'a'), client.outbox.unsent]);
  client.table('items').subscribe(look);
  client.table('mutations').subscribe(look);
  client.store.subscribe(look);
  client.outbox.subscribe(look);
  client.view.subscribePending(look);
  const { id } = client.mutate('item.add', { key: 'a', n: 1 });
  const request = await desk.next();
  bring(client, { z: 1 });
  request.answer();
  await settle();
  bring(client, { z: 2 });
  bring(client, { a: 2 }, { ledger: { [id]: 'applied' } });
  const differing = states.filter((one, index) => JSON.stringify(one) !== JSON.stringify(states[index - 1]));
  expect(differing).toEqual([
    [2, true, 1],
    [2, true, 0],
    [2, false, 0],
  ]);
});

test('K31 the same when the row in the ledger overtakes the answer', async () => {
  bring(client, { a: 1 });
  const states: unknown[] = [];
  client.table('items').subscribe(() => void states.push(shown(client)['a']));
  client.view.subscribePending(() => void states.push([client.isPending('items', 'a'), shown(client)['a']]));
  const { id } = client.mutate('item.add', { key: 'a', n: 1 });
  const request = await desk.next();
  bring(client, { a: 2 }, { ledger: { [id]: 'applied' } });
  request.answer();
  await settle();
  expect(states).toEqual([2, [true, 2], [false, 2]]);
});

test('K32 an effect that throws is reported once, shows nothing and spoils no other', async () => {
  bring(client, { a: 1 });
  client.mutate('item.set', { key: 'b', n: 1 });
  const { id } = client.mutate('item.break', { key: 'a' });
  client.mutate('item.add', { key: 'b', n: 1 });
  bring(client, { b: 7 });
  expect(shown(client)).toEqual({ a: 1, b: 2 });
  expect(problems.map(({ code }) => code)).toEqual(['effect_failed']);
  expect((await desk.next()).ids).toContain(id);
});

test('K32 rows that somebody waits for are marked, and whoever asks is told when that ends', async () => {
  bring(client, { a: 1 });
  const told: boolean[] = [];
  client.view.subscribePending(() => void told.push(client.isPending('items', 'a')));
  client.mutate('item.set', { key: 'a', n: 1 });
  bring(client, { b: 1 });
  expect([client.isPending('items', 'a'), client.isPending('items', 'b'), client.isPending('none', 'a')]).toEqual([
    true,
    false,
    false,
  ]);
  (await desk.next()).answer('refused');
  await settle();
  expect([told.at(-1), client.isPending('items', 'a')]).toEqual([false, false]);
});

test('K30 a layer over a table reads like a table', () => {
  const rows = new Map<string, Row>([
    ['a', { n: 1 }],
    ['b', { n: 2 }],
  ]);
  const laid = new LaidOverRows(
    rows,
    new Map<string, Row | null>([
      ['b', { n: 3 }],
      ['c', { n: 4 }],
      ['a', null],
      ['d', null],
    ]),
  );
  const seen = vi.fn<(row: Row, key: string) => void>();
  for (const [key, row] of laid) seen(row, key);
  expect([[...laid], [...laid.keys()], [...laid.values()], laid.size]).toEqual([
    [
      ['b', { n: 3 }],
      ['c', { n: 4 }],
    ],
    ['b', 'c'],
    [{ n: 3 }, { n: 4 }],
    2,
  ]);
  laid.forEach((row, key) => seen(row, key));
  expect([seen.mock.calls.length, laid.has('a'), laid.has('c'), laid.get('d')]).toEqual([4, false, true, undefined]);
});
