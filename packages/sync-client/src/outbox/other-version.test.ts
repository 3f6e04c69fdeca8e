import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Desk, mutators, shown, type DeskRequest } from '../contract/desk.ts';
import { HandServer, heartbeat, hello } from '../contract/hand-server.ts';
import { createSyncClient, MemoryDevice, type SyncClient, type SyncClientOptions } from '../index.ts';

let desk: Desk;
let server: HandServer;
let clock = 0;
const clients: SyncClient[] = [];

beforeEach(async () => {
  desk = new Desk();
  server = await HandServer.listen();
  clock = 0;
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.stop();
  await server.close();
});

/** Streams go to the server, mutations to the desk. */
function write(options: Partial<SyncClientOptions> = {}): SyncClient {
  const call: typeof fetch = (input, init) =>
    typeof input === 'string' && input.endsWith('/mutations') ? desk.fetch(input, init) : fetch(input, init);
  const own = { url: server.url, user: { id: 'u' }, mutators, fetch: call };
  const client = createSyncClient({ ...own, random: () => 0, now: () => clock, ...options });
  clients.push(client);
  client.start();
  return client;
}
const until = (check: () => void | Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 8000, interval: 5 });
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 40));
const unheardOf = (request: DeskRequest): void => {
  const problem = { type: 'x', title: 'Not known.', status: 503, code: 'mutation_unknown' };
  request.say(request.ids.map((id) => ({ id, status: 'unknown', problem })));
};

test('K41 what a server of another version does not know waits, says why, shows, and holds up its lane alone', async () => {
  const client = write();
  const { id, settled } = client.mutate('item.set', { key: 'a', n: 1 });
  unheardOf(await desk.next());
  await until(() =>
    expect(client.outbox.list()).toMatchObject([{ id, state: 'waiting', problem: { code: 'mutation_unknown' } }]),
  );
  expect([client.outbox.unsent, client.outbox.refused, shown(client)]).toEqual([1, 0, { a: 1 }]);
  client.mutate('item.add', { key: 'a', n: 1 });
  const other = client.mutate('item.set', { key: 'b', n: 1 }).id;
  const request = await desk.next();
  expect(request.ids).toEqual([other]);
  request.answer();
  await until(() => expect(client.outbox.unsent).toBe(2));
  clock += 60_000;
  client.wake();
  const again = await desk.next();
  expect(again.ids).toEqual([id]);
  again.answer();
  expect(await settled).toMatchObject({ status: 'applied' });
  expect(client.outbox.list()[0]).not.toHaveProperty('problem');
});

test('K41 it is asked for again as soon as a stream is live anew, before its wait is over', async () => {
  const client = write({ random: () => 0.5 });
  const stream = await server.next();
  const { id } = client.mutate('item.set', { key: 'a', n: 1 });
  unheardOf(await desk.next());
  await until(() => expect(client.outbox.list()).toMatchObject([{ state: 'waiting', problem: { code: 'mutation_unknown' } }]));
  client.wake();
  await pause();
  expect(desk.arrived).toBe(0);
  stream.stream(hello([]), heartbeat('c1'));
  expect((await desk.next()).ids).toEqual([id]);
});

test('K41 it waits on the device too, and is asked for again after a reload', async () => {
  const device = new MemoryDevice();
  const first = write({ offline: device.tab('u') });
  const { id } = first.mutate('item.set', { key: 'a', n: 1 });
  unheardOf(await desk.next());
  await until(() => expect(first.outbox.list()).toMatchObject([{ problem: { code: 'mutation_unknown' } }]));
  first.stop();
  await until(async () => expect(await device.tab('u').readMutations()).toMatchObject([{ id, state: 'waiting' }]));
  write({ offline: device.tab('u') });
  expect((await desk.next()).ids).toEqual([id]);
});
