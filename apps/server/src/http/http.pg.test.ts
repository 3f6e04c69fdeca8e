import { connect } from 'node:net';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { throwawayCluster, type Cluster } from '@elira/testkit';
import { readConfig } from '../config.ts';
import { startServer, type RunningServer } from '../start-server.ts';

let cluster: Cluster;
let folder: string;
let server: RunningServer;
let token: string;
let logged = '';

beforeAll(async () => {
  [cluster, folder] = await Promise.all([throwawayCluster(), mkdtemp(join(tmpdir(), 'elira-http-'))]);
  const config = readConfig({ PORT: '0', ELIRA_DATA: folder, DATABASE_URL: cluster.url, NODE_ENV: 'test' });
  const log = pino(
    { level: 'debug' },
    new Writable({ write: (chunk, _encoding, done) => ((logged += String(chunk)), done()) }),
  );
  server = await startServer(config, log, () => undefined);
  token = (await readFile(join(folder, 'operator-token'), 'utf8')).trim();
});
afterAll(async () => {
  await server.stop();
  await cluster.remove();
  await rm(folder, { recursive: true });
});

const get = (path: string, init?: RequestInit): Promise<Response> =>
  fetch(`${server.url}${path}`, { signal: AbortSignal.timeout(20_000), ...init });
const bearer = (text: string): RequestInit => ({ headers: { authorization: `Bearer ${text}` } });

async function problem(response: Response): Promise<unknown> {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const text = await response.text();
  expect(text).not.toMatch(/SELECT|INSERT|node_modules|\.ts\b|\n\s+at |elira-http-/);
  return JSON.parse(text);
}

/** The beginning of a stream, until `until` occurs in it. */
async function begin(response: Response, until: string): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes(until)) break;
  }
  return text;
}

test('H1 addresses and methods that are not there', async () => {
  const nothing = await get('/api/nothing?token=abc');
  expect([nothing.status, await problem(nothing)]).toEqual([
    404,
    { type: 'urn:elira:problem:not_found', title: expect.any(String), status: 404, code: 'not_found' },
  ]);
  for (const path of ['/api/courses', '/api/sync/stream', '/readyz', '/api/me']) {
    const posted = await get(path, { method: 'POST' });
    expect([posted.status, posted.headers.get('allow')], path).toEqual([
      405,
      path === '/api/sync/stream' ? 'GET' : 'GET, HEAD',
    ]);
    expect(await problem(posted)).toMatchObject({ code: 'method_not_allowed' });
  }
});

test.each(['/%zz', '/api/courses?after=1%20OR%201', '/api/courses?after=a&after=b', "/api/courses?after='"])(
  'H1 %s is an invalid request',
  async (path) => {
    const response = await get(path);
    expect(response.status).toBe(400);
    expect(await problem(response)).toMatchObject({ code: 'invalid_request' });
  },
);

test('H1 what is not HTTP gets a problem document as well', async () => {
  const { hostname, port } = new URL(server.url);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write('HELLO\r\n\r\n'));
    let text = '';
    socket
      .on('data', (chunk) => (text += String(chunk)))
      .on('end', () => resolve(text))
      .on('error', reject);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*application\/problem\+json[^]*"code":"invalid_request"/);
});

test('the catalogue holds what is published, a page at a time, as the stream has it', async () => {
  const sql = await cluster.client();
  await sql.query(
    "INSERT INTO courses (title, description, is_published) SELECT 'c' || i, 'text', true FROM generate_series(1, 150) i",
  );
  const expected = await sql.query<{ id: string }>('SELECT id FROM published_courses ORDER BY id');
  type Page = { courses: { id: string; publishedAt: string }[]; next?: string };
  const first = (await (await get('/api/courses')).json()) as Page;
  expect(first.courses).toHaveLength(100);
  const second = (await (await get(`/api/courses?after=${first.next ?? ''}`)).json()) as Page;
  expect(second.next).toBeUndefined();
  expect([...first.courses, ...second.courses].map(({ id }) => id)).toEqual(expected.rows.map(({ id }) => id));
  const streamed = await begin(await get('/api/sync/stream'), '\nid: ');
  const [, line = ''] = /^data: (\{"scope".*)$/m.exec(streamed) ?? [];
  const { put } = JSON.parse(line) as { put: { published_courses: [string, unknown][] } };
  expect(new Map(put.published_courses).get(first.courses[0]?.id ?? '')).toEqual(first.courses[0]);
});

test('H3 the token opens drafts; a wrong one, or one in the address, does not', async () => {
  const sql = await cluster.client();
  await sql.query("INSERT INTO courses (title, description) VALUES ('draft-canary-81f2', 'text')");
  expect(await begin(await get('/api/sync/stream', bearer(token)), '\nid: ')).toContain('draft-canary-81f2');
  for (const path of [
    '/api/sync/stream',
    `/api/sync/stream?token=${token}`,
    `/api/sync/stream?authorization=Bearer%20${token}`,
  ]) {
    const text = await begin(await get(path), '\nid: ');
    expect(text).toContain('"scopes":["courses/learner"]');
    expect(text).not.toContain('draft-canary-81f2');
  }
  const asked = await get('/api/sync/stream?scope=courses/admin');
  expect(await problem(asked)).toMatchObject({ code: 'forbidden_scope' });
  for (const path of ['/api/sync/stream', '/api/courses']) {
    const refused = await get(path, bearer(`${token}x`));
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await problem(refused)).toMatchObject({ code: 'not_signed_in' });
  }
  expect(logged).not.toContain(token);
  expect(logged).not.toContain('draft-canary-81f2');
});

test('the page and what it loads are there, under a policy without exceptions', async () => {
  const page = await get('/');
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
  const html = await page.text();
  expect(html).not.toMatch(/<script>|<style>|style=|onclick/);
  for (const [, path] of html.matchAll(/(?:src|href)="(\/[^"]*)"/g)) expect((await get(path ?? '')).status, path).toBe(200);
});

test('H2 readyz follows the database down and up; healthz does not', async () => {
  expect((await get('/readyz')).status).toBe(200);
  await cluster.kill9();
  const down = await get('/readyz');
  expect([down.status, down.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await problem(down)).toMatchObject({ code: 'database_unavailable' });
  const rest = await get('/api/courses');
  expect(rest.status).toBe(503);
  expect(await problem(rest)).toMatchObject({ code: 'database_unavailable' });
  expect((await get('/healthz')).status).toBe(200);
  await cluster.start();
  await expect.poll(async () => (await get('/readyz')).status, { timeout: 40_000, interval: 200 }).toBe(200);
  expect((await get('/api/courses')).status).toBe(200);
});
