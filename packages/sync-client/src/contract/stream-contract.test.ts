import { PROBLEMS } from '@elira/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSyncClient, type ClientProblem, type SyncClient, type SyncClientOptions } from '../index.ts';
import { batch, frame, HandServer, heartbeat, hello, part, put } from './hand-server.ts';

const LEARNER = 'courses/learner';
const ADMIN = 'courses/admin';
let server: HandServer;
const clients: SyncClient[] = [];
let problems: ClientProblem[] = [];

beforeEach(async () => {
  server = await HandServer.listen();
  problems = [];
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.stop();
  await server.close();
});

/** A client with the shortest waits that the bounds allow. */
function follow(options: Partial<SyncClientOptions> = {}): SyncClient {
  const onProblem = (problem: ClientProblem): void => void problems.push(problem);
  const client = createSyncClient({ url: server.url, random: () => 0, onProblem, ...options });
  clients.push(client);
  client.start();
  return client;
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 8000, interval: 5 });
const titles = (client: SyncClient): unknown[] =>
  client
    .table('courses')
    .all()
    .map((row) => row['title']);

test('K9 live is said when the rows are here, not when the stream is open', async () => {
  const client = follow();
  expect(client.status).toBe('connecting');
  const visit = await server.next();
  visit.stream(': welcome\n\n');
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(client.status).toBe('connecting');
  visit.stream(hello([LEARNER]));
  await until(() => expect(client.status).toBe('catching-up'));
  visit.stream(part(put(LEARNER, { a: { title: 'A' } }, { reset: true })), heartbeat('too-early'));
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect([client.status, client.cursor, titles(client)]).toEqual(['catching-up', undefined, []]);
  visit.stream(batch('c1', put(LEARNER, { b: { title: 'B' } })));
  await until(() => expect(client.status).toBe('live'));
  expect([client.cursor, titles(client)]).toEqual(['c1', ['A', 'B']]);
});

test('K11 a batch cut in half leaves nothing, and the next connection resumes from the cursor before it', async () => {
  const client = follow();
  const first = await server.next();
  first.stream(hello([LEARNER]), batch('c1', put(LEARNER, { a: { title: 'A' } }, { reset: true })));
  await until(() => expect(client.cursor).toBe('c1'));
  const half = Buffer.from(batch('c2', put(LEARNER, { a: { title: 'Ä' }, b: { title: 'B' } })));
  first.stream(part(put(LEARNER, { c: { title: 'C' } })), half.subarray(0, half.length - 9));
  await new Promise((resolve) => setTimeout(resolve, 30));
  first.cut();
  const second = await server.next();
  expect([second.parameters.get('cursor'), titles(client)]).toEqual(['c1', ['A']]);
  second.stream(hello([LEARNER], 'ring'), batch('c2', put(LEARNER, { a: { title: 'Ä' } })));
  await until(() => expect(titles(client)).toEqual(['Ä']));
  expect(problems.map(({ code }) => code)).toEqual(['closed']);
});

test('K1 frames that arrive byte by byte, with CRLF and comments between, are the same frames', async () => {
  const client = follow();
  const visit = await server.next();
  const text = `\uFEFF: padding\r\n${hello([LEARNER]).replaceAll('\n', '\r\n')}${batch('c1', put(LEARNER, { a: { title: '日本 😀 \r\n' } }, { reset: true }))}`;
  for (const byte of Buffer.from(text)) visit.stream(Uint8Array.of(byte));
  await until(() => expect(titles(client)).toEqual(['日本 😀 \r\n']));
});

test('K13 a batch that is delivered twice changes nothing the second time', async () => {
  let told = 0;
  const client = follow();
  const visit = await server.next();
  const once = batch('c2', put(LEARNER, { a: { title: 'A2' } }, { drop: { courses: ['b'] } }));
  visit.stream(hello([LEARNER]), batch('c1', put(LEARNER, { a: { title: 'A' }, b: { title: 'B' } }, { reset: true })));
  await until(() => expect(client.cursor).toBe('c1'));
  client.table('courses').subscribe(() => (told += 1));
  visit.stream(once, once, heartbeat('c3'));
  await until(() => expect(client.cursor).toBe('c3'));
  expect([titles(client), told]).toEqual([['A2'], 1]);
});

test('K8 a connection that falls silent is given up by age although its socket stays open', async () => {
  const client = follow({ silenceMs: 700 });
  const first = await server.next();
  first.stream(hello([LEARNER]), batch('c1', put(LEARNER, {}, { reset: true })));
  const second = await server.next();
  expect([second.parameters.get('cursor'), problems[0]?.code, server.most]).toEqual(['c1', 'silent', 1]);
  second.stream(hello([LEARNER], 'ring'));
  const beats = setInterval(() => second.stream(heartbeat('c2')), 50);
  await new Promise((resolve) => setTimeout(resolve, 1800));
  clearInterval(beats);
  expect([client.status, server.visits]).toEqual(['live', 2]);
});

test('K8 an answer that never begins is given up as well', async () => {
  follow({ silenceMs: 80 });
  const first = await server.next();
  await server.next();
  await first.gone;
  expect([problems[0]?.code, server.most]).toEqual(['silent', 1]);
});

test('K6 each problem is answered with its word', { timeout: 30_000 }, async () => {
  for (const [code, { status, client: word }] of Object.entries(PROBLEMS)) {
    const client = follow({ initial: { cursor: 'c0', scopes: [] } });
    (await server.next()).refuse(status, { type: `urn:elira:problem:${code}`, title: 'x', status, code });
    if (word === 'stop') {
      await until(() => expect([code, client.status]).toEqual([code, 'stopped']));
      expect(client.problem).toMatchObject({ code, client: 'stop', status });
    } else {
      const again = await server.next();
      expect([code, again.parameters.get('cursor')]).toEqual([code, word === 'restart' ? null : 'c0']);
    }
    client.stop();
  }
});

test('K6 a 401 stops without losing rows, and start goes on with a new token', async () => {
  let token = 'old';
  const client = follow({ headers: async () => ({ authorization: `Bearer ${token}` }) });
  const first = await server.next();
  first.stream(
    hello([LEARNER]),
    batch('c1', put(LEARNER, { a: { title: 'A' } }, { reset: true })),
    frame('goodbye', { code: 'not_signed_in', status: 401, title: 'x', type: 'x' }),
  );
  await until(() => expect(client.status).toBe('stopped'));
  expect([titles(client), client.problem?.code]).toEqual([['A'], 'not_signed_in']);
  token = 'new';
  client.start();
  const second = await server.next();
  expect([second.request.headers.authorization, second.parameters.get('cursor')]).toEqual(['Bearer new', 'c1']);
});

test('K6 a goodbye for another server is followed by a reconnect from the cursor', async () => {
  const client = follow();
  const first = await server.next();
  first.stream(
    hello([LEARNER]),
    batch('c1', put(LEARNER, {}, { reset: true })),
    frame('goodbye', { code: 'shutting_down', status: 503, title: 'x', type: 'x' }),
  );
  const second = await server.next();
  expect([second.parameters.get('cursor'), client.problem, problems[0]?.client]).toEqual(['c1', undefined, 'reconnect']);
});

test('K7 Retry-After is obeyed', async () => {
  const client = follow();
  (await server.next()).refuse(503, { code: 'too_many_connections' }, { 'retry-after': '1' });
  await until(() => expect(client.status).toBe('waiting'));
  const since = performance.now();
  await server.next();
  expect(performance.now() - since).toBeGreaterThan(900);
});

test('K3 answers that are no sync server, and 4xx without a reason', async () => {
  const client = follow();
  (await server.next()).response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Log in to this café</h1>');
  (await server.next()).response.writeHead(502).end('bad gateway');
  (await server.next()).refuse(403, '__proto__');
  await until(() => expect(client.status).toBe('stopped'));
  expect(problems.map(({ code }) => code)).toEqual(['unexpected_answer', 'unexpected_answer', 'rejected']);
});

test(
  'K3 a malformed batch shows nothing, is tried again from the cursor, then afresh, then no more',
  { timeout: 40_000 },
  async () => {
    const client = follow();
    const cursors: (string | null)[] = [];
    for (let visit = 0; visit < 5; visit += 1) {
      const now = await server.next();
      cursors.push(now.parameters.get('cursor'));
      const first = now.parameters.get('cursor') === null;
      now.stream(hello([LEARNER], first ? 'snapshot' : 'ring'));
      if (visit === 0) now.stream(batch('c1', put(LEARNER, { a: { title: 'A' } }, { reset: true })));
      now.stream(
        `id: c2\nevent: batch\ndata: ${JSON.stringify(put(LEARNER, { a: { title: 'B' } }, { reset: true }))}\ndata: {"scope":7}\n\n`,
      );
    }
    await until(() => expect(client.status).toBe('stopped'));
    expect([cursors, titles(client), client.cursor]).toEqual([[null, 'c1', 'c1', null, null], ['A'], 'c1']);
    expect(client.problem).toMatchObject({
      code: 'malformed_stream',
      detail: 'batch, line 2, names a scope that is not a text',
    });
  },
);

test('K4 K10 stop and start in quick turns hold one connection, and nothing is left unhandled', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', note);
  let [open, most] = [0, 0];
  const counted: typeof fetch = (input, init) => {
    most = Math.max(most, (open += 1));
    init?.signal?.addEventListener('abort', () => (open -= 1));
    return fetch(input, init);
  };
  const client = follow({ headers: () => Promise.resolve({ 'x-any': '1' }), fetch: counted });
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, turn % 4));
    client.stop();
    client.start();
  }
  await until(() => expect(server.visits).toBeGreaterThan(0));
  await new Promise((resolve) => setTimeout(resolve, 100));
  client.stop();
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off('unhandledRejection', note);
  expect([unhandled, client.status, open, most]).toEqual([[], 'idle', 0, 1]);
});

test('K4 after stop nothing more is applied, not even of bytes that are here already', async () => {
  const client: SyncClient = follow({ onBatch: () => client.stop() });
  const both = batch('c1', put(LEARNER, { a: {} }, { reset: true })) + batch('c2', put(LEARNER, { b: {} }));
  const visit = await server.next();
  visit.stream(hello([LEARNER]) + both);
  await visit.gone;
  expect([client.status, client.cursor, client.table('courses').all().length]).toEqual(['idle', 'c1', 1]);
});

test('K10 a listener that throws is reported and stops no other', async () => {
  const seen: string[] = [];
  const client = follow({
    onBatch: () => {
      throw new Error('mine');
    },
    onMessage: ({ event }) => void seen.push(event),
  });
  client.table('courses').subscribe(() => {
    throw new Error('yours');
  });
  client.table('courses').subscribe(() => void seen.push('told'));
  (await server.next()).stream(hello([LEARNER]), batch('c1', put(LEARNER, { a: {} }, { reset: true })), heartbeat('c2'));
  await until(() => expect(client.cursor).toBe('c2'));
  expect([seen, problems.map(({ code }) => code)]).toEqual([
    ['hello', 'batch', 'told', 'heartbeat'],
    ['callback_failed', 'callback_failed'],
  ]);
});

test('K14 a withdrawal takes effect at once, also inside a batch that is under way', async () => {
  const client = follow();
  const visit = await server.next();
  const both = [put(LEARNER, { a: { title: 'A' } }, { reset: true }), put(ADMIN, { a: { secret: 1 } }, { reset: true })];
  visit.stream(hello([LEARNER, ADMIN]), batch('c1', ...both));
  await until(() => expect(client.table('courses').get('a')).toEqual({ title: 'A', secret: 1 }));
  visit.stream(part(put(ADMIN, { b: { secret: 2 } })), frame('withdraw', { scopes: [ADMIN] }));
  await until(() => expect(client.table('courses').get('a')).toEqual({ title: 'A' }));
  expect(client.cursor).toBeUndefined();
  visit.stream(batch('c2', put(ADMIN, { c: { secret: 3 } }), put(LEARNER, { d: { title: 'D' } })));
  await until(() => expect(client.cursor).toBe('c2'));
  expect([client.store.scopes(), titles(client)]).toEqual([[LEARNER], ['A', 'D']]);
  visit.stream(batch('c3', put(ADMIN, { b: { secret: 2 } }, { reset: true })));
  await until(() => expect(client.table('courses').get('b')).toEqual({ secret: 2 }));
});

test('K14 whoever breaks off between a withdrawal and the next batch comes back without a cursor, its other rows still shown', async () => {
  const client = follow();
  const visit = await server.next();
  const both = [put(LEARNER, { a: { title: 'A' } }, { reset: true }), put(ADMIN, { b: { title: 'B' } }, { reset: true })];
  visit.stream(hello([LEARNER, ADMIN]), batch('c1', ...both));
  await until(() => expect(titles(client)).toEqual(['A', 'B']));
  visit.stream(frame('withdraw', { scopes: [ADMIN] }));
  await until(() => expect(titles(client)).toEqual(['A']));
  visit.response.destroy();
  const again = await server.next();
  expect([again.parameters.get('cursor'), titles(client)]).toEqual([null, ['A']]);
});

test('K20 a dump restored in another client goes on from its cursor with its rows', async () => {
  const one = follow();
  (await server.next()).stream(hello([LEARNER]), batch('c1', put(LEARNER, { a: { title: 'A' } }, { reset: true })));
  await until(() => expect(one.cursor).toBe('c1'));
  const dump = JSON.parse(JSON.stringify(one.store.toDump())) as ReturnType<typeof one.store.toDump>;
  one.stop();
  const two = follow({ initial: dump });
  const visit = await server.next();
  expect([visit.parameters.get('cursor'), titles(two)]).toEqual(['c1', ['A']]);
  visit.stream(hello([LEARNER], 'database'), batch('c2', put(LEARNER, { b: { title: 'B' } })));
  await until(() => expect(titles(two)).toEqual(['A', 'B']));
});

test('K4 scopes and cursor travel in the address, and a cursor within its limit survives it', async () => {
  const cursor = `${'~+/=&?%'.repeat(146)}~~`;
  const client = follow({ scopes: [LEARNER, 'content:0197/learner'], initial: { cursor, scopes: [] } });
  const { parameters } = await server.next();
  expect([parameters.getAll('scope'), parameters.get('cursor')]).toEqual([[LEARNER, 'content:0197/learner'], cursor]);
  expect(client.status).toBe('connecting');
});

test('K4 K16 a reconnect forgets no subscription: the same scopes are asked for, and who listened is told on', async () => {
  const told: unknown[] = [];
  const client = follow({ scopes: [LEARNER, ADMIN] });
  client.table('courses').subscribe(() => told.push(titles(client)));
  const both = (row: string): object[] =>
    [LEARNER, ADMIN].map((scope) => put(scope, { [row]: { title: row } }, { reset: true }));
  const first = await server.next();
  first.stream(hello([LEARNER, ADMIN]), batch('c1', ...both('A')));
  await until(() => expect(client.status).toBe('live'));
  first.cut();
  for (const code of ['shutting_down', 'cursor_invalid']) {
    const visit = await server.next();
    expect([visit.parameters.getAll('scope'), visit.parameters.get('cursor')]).toEqual([[LEARNER, ADMIN], 'c1']);
    visit.stream(frame('goodbye', { code, title: 'x', status: 503 }));
  }
  const again = await server.next();
  expect([again.parameters.getAll('scope'), again.parameters.get('cursor')]).toEqual([[LEARNER, ADMIN], null]);
  again.stream(hello([LEARNER, ADMIN]), batch('c2', ...both('B')));
  await until(() => expect(told.at(-1)).toEqual(['B']));
  expect(client.store.scopes().toSorted()).toEqual([ADMIN, LEARNER]);
});
