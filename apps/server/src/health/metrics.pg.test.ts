import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser, runningServer, signedIn, type RunningServer } from '../../fixture/running-server.ts';

let server: RunningServer;
let admin: Browser;
beforeAll(async () => {
  server = await runningServer('metrics');
  admin = await signedIn(server.url, 'admin');
});
afterAll(() => server.remove());

const SOON = { timeout: 15_000, interval: 100 };

/** Opens a stream and gathers what comes over it. */
async function follow(browser: Browser): Promise<{ text: () => string; close: () => void }> {
  const closing = new AbortController();
  const response = await browser.open('/api/sync/stream', { signal: closing.signal });
  let text = '';
  void (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array, { stream: true });
  })().catch(() => undefined);
  return { text: () => text, close: () => closing.abort() };
}

test('O5 who is connected, what was sent and how long it took, for admins', async () => {
  const learner = await signedIn(server.url, 'learner');
  const streams = [await follow(learner), await follow(new Browser(server.url)), await follow(admin)];
  await expect
    .poll(async () => (await admin.ask('GET', '/api/sync/metrics')).body, SOON)
    .toMatchObject({ connectedClients: 3, adminConnections: 1, userConnections: 2, errors: 0 });
  const before = (await admin.ask('GET', '/api/sync/metrics')).body;
  expect(before['uptime']).toBeGreaterThan(0);
  expect(before['servers']).toHaveLength(1);

  const { id } = (await admin.ask('POST', '/api/admin/courses', { title: 'Counted' })).body;
  expect(id).toBeTypeOf('string');
  await expect.poll(() => streams[2]?.text().includes('Counted'), SOON).toBe(true);
  const after = (await admin.ask('GET', '/api/sync/metrics')).body;
  expect(after['messagesSent']).toBeGreaterThan(before['messagesSent'] as number);
  expect(after['delay']).toMatchObject({ commits: expect.any(Number), p50: expect.any(Number), p99: expect.any(Number) });

  // The same arrives by itself: in a row of sync_servers.
  await expect.poll(() => streams[2]?.text(), SOON).toMatch(/"sync_servers":\[\["[^"]+",\{[^\n]*"connectedClients": ?3/);
  expect(streams[0]?.text()).not.toContain('sync_servers');
  streams.forEach((stream) => stream.close());
  await expect.poll(async () => (await admin.ask('GET', '/api/sync/metrics')).body['connectedClients'], SOON).toBe(0);
});

test('O5 metrics that do not move are not written again', async () => {
  const stream = await follow(admin);
  const rows = async (): Promise<string> =>
    JSON.stringify((await server.sql.query('SELECT xmin, metrics FROM sync_servers')).rows);
  const writes = async (): Promise<number> => {
    const { rows: found } = await server.sql.query<{ metrics: unknown }>('SELECT metrics FROM sync_servers');
    return (JSON.stringify(found[0]?.metrics).match(/"messagesSent":(\d+)/)?.[1] ?? -1) as number;
  };
  await expect.poll(async () => (await rows()).includes('"connectedClients":1'), SOON).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  const settled = await writes();
  await new Promise((resolve) => setTimeout(resolve, 11_000));
  // The stream has carried what told that the server runs, and that alone changed nothing.
  expect(await writes()).toBe(settled);
  stream.close();
}, 60_000);

test('O6 Prometheus reads the counters with the token of the operator', async () => {
  const token = (await readFile(join(server.folder, 'operator-token'), 'utf8')).trim();
  expect((await admin.ask('GET', '/metrics')).status).toBe(401);
  const answer = await new Browser(server.url).ask('GET', '/metrics', undefined, { authorization: `Bearer ${token}` });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  for (const line of [
    /^elira_messages_total \d+$/m,
    /^elira_connections\{viewer="admin"\} \d+$/m,
    /^elira_delay_seconds_bucket\{le="\+Inf"\} [1-9]\d*$/m,
    /^elira_delay_seconds_count [1-9]\d*$/m,
    /^elira_fresh 1$/m,
    /^process_resident_memory_bytes \d+$/m,
  ])
    expect(answer.text).toMatch(line);
});
