import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TcpProxy } from './tcp-proxy.ts';

let server: Server;
let accepted: Socket[];
let proxy: TcpProxy;

beforeEach(async () => {
  accepted = [];
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    accepted.push(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy = await TcpProxy.listen({ target: (server.address() as AddressInfo).port });
});

afterEach(async () => {
  await proxy.close();
  for (const socket of accepted) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

async function open(): Promise<{ socket: Socket; received: () => string; closed: () => boolean }> {
  const socket = connect(proxy.port, '127.0.0.1');
  let [received, closed] = ['', false];
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  socket.on('error', () => undefined);
  socket.on('close', () => (closed = true));
  const before = accepted.length;
  await until(() => accepted.length > before);
  return { socket, received: () => received, closed: () => closed };
}

async function until(holds: () => boolean): Promise<void> {
  for (let left = 500; left > 0 && !holds(); left -= 1) await sleep(4);
  expect(holds()).toBe(true);
}

test('bytes pass both ways, and cut ends both sides', async () => {
  const client = await open();
  let heard = '';
  accepted[0]?.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  client.socket.write('ping');
  await until(() => heard === 'ping');
  accepted[0]?.write('pong');
  await until(() => client.received() === 'pong');
  expect(proxy.cut().connections).toBe(1);
  await until(() => client.closed() && accepted[0]?.destroyed === true);
});

test('a cut in the middle of a frame lets half of it through and says what was lost', async () => {
  const client = await open();
  const striking = proxy.cutMidFrame(5_000);
  accepted[0]?.write('0123456789');
  expect(await striking).toEqual({ connections: 1, lostBytes: 5 });
  await until(client.closed);
  expect(client.received()).toBe('01234');
});

test('a cut that nobody gave anything to strikes nobody', async () => {
  await open();
  expect(await proxy.cutMidFrame(20)).toEqual({ connections: 0, lostBytes: 0 });
});

test('two that wait for the same frame are both answered, one with the cut', async () => {
  await open();
  const striking = [proxy.cutMidFrame(5_000), proxy.cutMidFrame(5_000)];
  accepted[0]?.write('0123456789');
  const lost = (await Promise.all(striking)).map(({ lostBytes }) => lostBytes);
  expect(lost.toSorted()).toEqual([0, 5]);
});

test('a frozen connection stays open and passes nothing on; the next one works', async () => {
  const client = await open();
  const frozen = proxy.freeze();
  accepted[0]?.write('lost');
  await until(() => frozen.proof().lostBytes === 4);
  client.socket.write('never heard');
  await until(() => frozen.proof().unheardBytes === 11);
  expect([client.received(), client.closed()]).toEqual(['', false]);
  const next = await open();
  accepted[1]?.write('heard');
  await until(() => next.received() === 'heard');
});

test('what is held back in one direction comes when it is released, and the other direction works', async () => {
  const client = await open();
  let heard = '';
  accepted[0]?.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  const held = proxy.hold('down');
  accepted[0]?.write('late');
  client.socket.write('at once');
  await until(() => heard === 'at once');
  const next = await open();
  accepted[1]?.write('later');
  await sleep(20);
  expect([client.received(), next.received()]).toEqual(['', '']);
  await sleep(20);
  expect(held.release()).toEqual({ connections: 2, heldBytes: 9 });
  await until(() => client.received() === 'late' && next.received() === 'later');
});

test('nobody is told of an end while the network is down', async () => {
  const client = await open();
  const held = proxy.hold('both');
  accepted[0]?.destroy();
  await sleep(30);
  expect(client.closed()).toBe(false);
  held.release();
  await until(client.closed);
});

test('a slow reader lets bytes pile up on the side of the server, and takes them in the end', async () => {
  const client = await open();
  proxy.slow(0);
  const much = 'x'.repeat(8_000_000);
  accepted[0]?.write(much);
  await sleep(50);
  expect(client.received().length).toBeLessThan(much.length);
  expect(accepted[0]?.writableLength).toBeGreaterThan(0);
  proxy.slow(undefined);
  await until(() => client.received().length === much.length);
});

test('of several connections those are struck whose first bytes are meant', async () => {
  const [first, second] = [await open(), await open()];
  first.socket.write('first');
  second.socket.write('second');
  let heard = 0;
  for (const socket of accepted) socket.on('data', () => (heard += 1));
  await until(() => heard === 2);
  expect(proxy.cut((bytes) => bytes.toString() === 'second').connections).toBe(1);
  await until(second.closed);
  expect(first.closed()).toBe(false);
});

test('a target may be the path of a socket', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'elira-proxy-'));
  const path = join(folder, 'socket');
  const local = createServer((socket) => socket.end('from the socket'));
  await new Promise<void>((resolve) => local.listen(path, resolve));
  proxy.target = path;
  const socket = connect(proxy.port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  await until(() => received === 'from the socket');
  await new Promise<void>((resolve) => local.close(() => resolve()));
  await rm(folder, { recursive: true });
});

test('a closed proxy refuses', async () => {
  proxy.closed = true;
  const socket = connect(proxy.port, '127.0.0.1');
  let closed = false;
  socket.on('error', () => undefined);
  socket.on('close', () => (closed = true));
  await until(() => closed);
  expect(accepted).toEqual([]);
});
