import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { runningServer, signedIn, type Browser, type RunningServer } from '../../fixture/running-server.ts';

let server: RunningServer;
let learner: Browser;
let admin: Browser;
beforeAll(async () => {
  server = await runningServer('web_socket');
  [learner, admin] = [await signedIn(server.url, 'learner'), await signedIn(server.url, 'admin')];
});
afterAll(() => server?.remove());

const SOON = { timeout: 15_000, interval: 50 };

type Line = { readonly text: () => string; readonly close: () => void; readonly status: () => number | undefined };

function connect(headers: Record<string, string>, path = '/api/sync/ws'): Line {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`, { headers });
  let text = '';
  let status: number | undefined;
  socket.on('message', (data: Buffer) => (text += data.toString()));
  socket.on('unexpected-response', (_request, response) => {
    status = response.statusCode;
    response.on('data', (chunk: Buffer) => (text += chunk.toString()));
  });
  socket.on('error', () => undefined);
  return { text: () => text, close: () => socket.terminate(), status: () => status };
}

const own = (): string => server.url;

test('ST2 a WebSocket carries what its session may see, and is counted', async () => {
  const lines = [
    connect({ cookie: learner.cookie, origin: own() }),
    connect({ cookie: admin.cookie, origin: own() }),
    connect({ origin: own() }),
  ];
  await expect.poll(() => lines.every((line) => line.text().includes('event: batch')), SOON).toBe(true);
  expect(lines[1]?.text()).toContain('"courses/admin"');
  expect(lines[0]?.text()).not.toContain('/admin"');
  expect(lines[2]?.text()).toContain('"scopes":["courses/learner"]');
  expect((await admin.ask('GET', '/api/sync/metrics')).body).toMatchObject({
    connectedClients: 3,
    adminConnections: 1,
    userConnections: 2,
  });
  await server.sql.query(`INSERT INTO courses (title, description, is_published) VALUES ('Over a socket', '', true)`);
  await expect.poll(() => lines.every((line) => line.text().includes('Over a socket')), SOON).toBe(true);

  await learner.ask('POST', '/api/auth/sign-out', {});
  await expect.poll(() => lines[0]?.text(), SOON).toContain('event: goodbye');
  lines.forEach((line) => line.close());
  await expect.poll(async () => (await admin.ask('GET', '/api/sync/metrics')).body['connectedClients'], SOON).toBe(0);
});

test('ST2 a page of another site gets none, with whatever cookie', async () => {
  for (const headers of [
    { origin: 'https://elsewhere.example' },
    { origin: own(), 'sec-fetch-site': 'cross-site' },
    { origin: own().replace('127.0.0.1', '127.0.0.2') },
  ]) {
    const line = connect({ cookie: admin.cookie, ...headers });
    await expect.poll(() => line.status(), SOON).toBe(403);
    await expect.poll(() => line.text(), SOON).toContain('cross_site');
  }
});

test('ST2 a session or a token that is not right is refused, and said', async () => {
  const token = (await readFile(join(server.folder, 'operator-token'), 'utf8')).trim();
  const operator = connect({ authorization: `Bearer ${token}` });
  await expect.poll(() => operator.text(), SOON).toContain('"courses/admin"');
  operator.close();
  const wrong = connect({ authorization: 'Bearer wrong' });
  await expect.poll(() => wrong.status(), SOON).toBe(401);
  const stale = connect({ cookie: `${admin.cookie}x`, origin: own() });
  await expect.poll(() => stale.text(), SOON).toMatch(/event: goodbye\ndata: .*"not_signed_in"/);
});

test('ST2 whatever else asks to be upgraded is answered as always', async () => {
  const answer = async (path: string): Promise<{ status: number | undefined; body: string }> =>
    await new Promise((resolve, reject) => {
      const asked = request(
        `${server.url}${path}`,
        { headers: { connection: 'Upgrade', upgrade: 'websocket' } },
        (response) => {
          let body = '';
          response.on('data', (chunk: Buffer) => (body += chunk.toString()));
          response.on('end', () => resolve({ status: response.statusCode, body }));
        },
      );
      asked.on('upgrade', () => reject(new Error('upgraded')));
      asked.on('error', reject);
      asked.end();
    });
  expect(await answer('/healthz')).toEqual({ status: 200, body: '{"status":"serving"}' });
  expect((await answer('/api/nowhere')).status).toBe(404);
  // No key: no WebSocket.
  expect((await answer('/api/sync/ws')).status).toBe(400);
  expect((await admin.ask('GET', '/api/sync/ws')).body).toMatchObject({ code: 'invalid_request' });
});
