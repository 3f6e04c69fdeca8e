import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSyncClient, type SyncClient, type SyncClientOptions } from '../index.ts';
import { batch, HandServer, heartbeat, hello, put, type Visit } from './hand-server.ts';

const LEARNER = 'courses/learner';
/** A stream must speak within half of it. */
const silenceMs = 1200;
let server: HandServer;
let client: SyncClient;
let proxy: Server | undefined;
const seen: string[] = [];

beforeEach(async () => {
  server = await HandServer.listen();
  seen.splice(0);
});
afterEach(async () => {
  client.stop();
  proxy?.closeAllConnections();
  await new Promise((resolve) => (proxy === undefined ? resolve(undefined) : proxy.close(resolve)));
  proxy = undefined;
  await server.close();
});

/** Hands on nothing of an answer before it has ended. */
async function swallowing(): Promise<string> {
  const target = new URL(server.url);
  const made = createServer((incoming, outgoing) => {
    const asked = forward({ port: target.port, path: incoming.url, headers: incoming.headers }, (answer) => {
      const held: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => held.push(chunk));
      answer.on('end', () => {
        outgoing.writeHead(
          answer.statusCode ?? 502,
          answer.headers['content-type'] === undefined ? {} : { 'content-type': answer.headers['content-type'] },
        );
        outgoing.end(Buffer.concat(held));
      });
      answer.on('error', () => outgoing.destroy());
    });
    asked.on('error', () => outgoing.destroy());
    asked.end();
    outgoing.on('close', () => asked.destroy());
  });
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  proxy = made;
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}${target.pathname}`;
}

function follow(url: string, options: Partial<SyncClientOptions> = {}): void {
  client = createSyncClient({ url, random: () => 0, silenceMs, ...options });
  client.subscribeStatus(() => seen.push(client.status));
  client.start();
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 8000, interval: 5 });
const titles = (): unknown[] =>
  client
    .table('courses')
    .all()
    .map((row) => row['title']);
const shows = (cursor: string, ...shown: string[]): Promise<void> =>
  until(() => expect([client.cursor, client.status, titles()]).toEqual([cursor, 'live', shown]));

/** Answers a poll and ends it. */
function answer(visit: Visit, ...frames: string[]): void {
  visit.stream(...frames);
  visit.response.end();
}

const FIRST = [hello([LEARNER]), batch('c1', put(LEARNER, { a: { title: 'A' } }, { reset: true }))];

test('K53 a client whose proxy swallows streams asks in polls, with the same messages and cursors', async () => {
  follow(await swallowing());
  const stream = await server.next();
  stream.stream(...FIRST);
  const first = await server.next();
  expect([stream.parameters.get('wait'), first.parameters.get('wait'), first.parameters.get('cursor')]).toEqual([
    null,
    '0',
    null,
  ]);
  await stream.gone;
  answer(first, ...FIRST);
  await shows('c1', 'A');
  const second = await server.next();
  expect([second.parameters.get('wait'), second.parameters.get('cursor')]).toEqual(['5', 'c1']);
  answer(second, hello([LEARNER], 'ring'), batch('c2', put(LEARNER, { b: { title: 'B' } })));
  await shows('c2', 'A', 'B');
  answer(await server.next(), hello([LEARNER], 'ring'), heartbeat('c3'));
  await shows('c3', 'A', 'B');
  expect([seen, server.most]).toEqual([['connecting', 'catching-up', 'live'], 1]);
});

test('K53 a poll that fails is treated like a stream that fails; where nothing comes through, the next attempt is a stream', async () => {
  follow(await swallowing());
  (await server.next()).stream(...FIRST);
  answer(await server.next(), ...FIRST);
  await shows('c1', 'A');
  (await server.next()).refuse(503, { code: 'shutting_down', title: 'x', status: 503 });
  await until(() => expect(client.problem?.code).toBe('shutting_down'));
  const poll = await server.next();
  expect([poll.parameters.get('wait'), poll.parameters.get('cursor')]).toEqual(['0', 'c1']);
  // Silence: the whole server stands still.
  const again = await server.next();
  expect(again.parameters.get('wait')).toBeNull();
});

test('K53 a stream that speaks and falls silent again and again is followed by polls', async () => {
  follow(server.url);
  for (const at of [1, 2]) {
    const visit = await server.next();
    expect(visit.parameters.get('wait')).toBeNull();
    visit.stream(...(at === 1 ? FIRST : [hello([LEARNER], 'ring'), heartbeat('c1')]));
    await shows('c1', 'A');
    await until(() => expect(client.problem?.code).toBe('silent'));
  }
  const poll = await server.next();
  expect(poll.parameters.get('wait')).toBe('0');
  answer(poll, hello([LEARNER], 'ring'), heartbeat('c2'));
  await shows('c2', 'A');
});

test('K54 the request says for whom the stream is to be', async () => {
  client = createSyncClient({ url: server.url, user: { id: 'ann & bob' } });
  client.start();
  expect((await server.next()).parameters.get('user')).toBe('ann & bob');
});
