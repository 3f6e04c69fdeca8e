import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { scratchDatabase, throwawayCluster, type ScratchDatabase } from '@elira/testkit';
import { DEMO_COURSES } from './database/demo-courses.ts';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from './auth/demo-accounts.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
let database: ScratchDatabase;
let folder: string;
const children: ChildProcessByStdio<null, Readable, Readable>[] = [];

beforeAll(async () => {
  database = await scratchDatabase('server');
  folder = await mkdtemp(join(tmpdir(), 'elira-server-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

type Running = {
  readonly url: string;
  /** What it has printed on standard output. */
  readonly output: () => string;
  readonly signal: (name: NodeJS.Signals) => void;
  readonly ended: Promise<{ code: number | null; errors: string }>;
};

/** The server as `npm start` runs it, in a process of its own. `url` is empty when it ended instead of serving. */
async function run(environment: Record<string, string> = {}): Promise<Running> {
  const env = { ...process.env, NODE_ENV: 'test', PORT: '0', ELIRA_DATA: folder, DATABASE_URL: database.url, ...environment };
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', MAIN], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let [output, errors] = ['', ''];
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const ended = new Promise<{ code: number | null; errors: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, errors })),
  );
  const url = await new Promise<string>((resolve) => {
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
      // The whole welcome, whose last word this is.
      const ready = /ready at (\S+)[^]*Ctrl-C/.exec(output)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    void ended.then(() => resolve(''));
  });
  return { url, output: () => output, signal: (name) => child.kill(name), ended };
}

async function connections(): Promise<number> {
  const client = await database.client();
  const { rows } = await client.query<{ count: string }>(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'elira-%'",
  );
  await client.end();
  return Number(rows[0]?.count);
}

test('H4 two servers start at once on a new database, fill it once, and stop in order', async () => {
  const servers = await Promise.all([run(), run()]);
  for (const { url } of servers) expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const { courses } = (await (await fetch(`${servers[0].url}/api/courses`)).json()) as { courses: unknown[] };
  expect(courses).toHaveLength(DEMO_COURSES.filter(({ published }) => published).length);

  const stream = await fetch(`${servers[0].url}/api/sync/stream`);
  const reading = stream.text();
  for (const { signal } of servers) signal('SIGTERM');
  expect((await Promise.all(servers.map(({ ended }) => ended))).map(({ code }) => code)).toEqual([0, 0]);
  expect(await reading).toMatch(/event: goodbye\ndata: .*"code":"shutting_down"/);
  expect(await connections()).toBe(0);
});

test('H4 a connection on which nothing is asked does not hold up its end', async () => {
  const { url, signal, ended } = await run();
  const { hostname, port } = new URL(url);
  const sockets = [connect(Number(port), hostname), connect(Number(port), hostname)];
  await Promise.all(
    sockets.map((socket) => new Promise((resolve) => socket.on('error', () => undefined).once('connect', resolve))),
  );
  // One has asked and goes on to be kept alive, the other asks nothing.
  const answered = new Promise((resolve) => sockets[0]?.once('data', resolve));
  sockets[0]?.write('GET /livez HTTP/1.1\r\nHost: any\r\n\r\n');
  await answered;
  signal('SIGTERM');
  expect(await ended).toEqual({ code: 0, errors: expect.not.stringContaining('in time') });
  for (const socket of sockets) socket.destroy();
});

test('H4 a taken port is told with another, and nothing is left behind', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { ended } = await run({ PORT: String(port) });
  const { code, errors } = await ended;
  other.close();
  expect([code, errors]).toEqual([
    1,
    expect.stringContaining(`✗ Port ${port} is taken.\nTry another: PORT=${port + 1} npm start`),
  ]);
  expect(await connections()).toBe(0);
});

test('H4 an interrupt during the start ends the server after it', async () => {
  // A new database, because its migrations tell that the start is under way.
  const empty = await scratchDatabase('interrupted');
  const starting = run({ DATABASE_URL: empty.url });
  const child = children.at(-1);
  await new Promise((resolve) => child?.stderr.once('data', resolve));
  child?.kill('SIGINT');
  expect(await (await starting).ended).toMatchObject({ code: 0 });
  await empty.drop();
});

test('V5 the server does not start where the role of the application is a superuser', async () => {
  const cluster = await throwawayCluster();
  try {
    await (await cluster.client()).query('CREATE ROLE elira_app SUPERUSER');
    const { code, errors } = await (await run({ DATABASE_URL: cluster.url })).ended;
    expect([code, errors]).toEqual([1, expect.stringContaining('Run: ALTER ROLE elira_app NOSUPERUSER;')]);
  } finally {
    await cluster.remove();
  }
});

test('a wrong environment is told by the name of the variable', async () => {
  expect(await (await run({ PORT: 'http', NODE_ENV: 'staging' })).ended).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/✗ NODE_ENV[^]*PORT/),
  });
});

const PRODUCTION = { NODE_ENV: 'production', ELIRA_AUTH_SECRET: 's'.repeat(40), LOG_LEVEL: 'error' };
const signIn = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ email: 'learner@elira.example', password: DEMO_PASSWORD }),
  });

test('U5 the demonstration is told at the start, and not made in production', async () => {
  const welcoming = await run();
  for (const { email } of DEMO_ACCOUNTS) expect(welcoming.output()).toContain(email);
  expect(welcoming.output()).toContain(DEMO_PASSWORD);
  expect((await signIn(welcoming.url)).status).toBe(200);

  const empty = await scratchDatabase('production');
  const { url, signal, ended, output } = await run({ ...PRODUCTION, DATABASE_URL: empty.url });
  expect(await (await fetch(`${url}/api/courses`)).json()).toEqual({ courses: [] });
  expect(output()).not.toMatch(/elira\.example|elira-demo/);
  expect((await signIn(url)).status).toBe(401);
  signal('SIGINT');
  expect((await ended).code).toBe(0);
  const client = await empty.client();
  expect((await client.query('SELECT FROM users')).rowCount).toBe(0);
  await empty.drop();
});

test('U5 a database of the demonstration is refused in production, with the remedy', async () => {
  const { ended } = await run(PRODUCTION);
  const { code, errors } = await ended;
  expect([code, errors]).toEqual([1, expect.stringMatching(/admin@elira\.example[^]*DELETE FROM users/)]);
  expect(await connections()).toBe(0);
});

test('U6 in production with a DATABASE_URL the secret of the sessions must be given', async () => {
  const { code, errors } = await (await run({ ...PRODUCTION, ELIRA_AUTH_SECRET: '' })).ended;
  expect([code, errors]).toEqual([1, expect.stringContaining('✗ ELIRA_AUTH_SECRET is not set.')]);
});

test('U1 U7 in production the cookie is for TLS alone, and attempts are limited by an address that only known proxies tell', async () => {
  const empty = await scratchDatabase('limits');
  const { url, signal, ended } = await run({ ...PRODUCTION, DATABASE_URL: empty.url, ELIRA_TRUSTED_PROXIES: '127.0.0.1' });
  const signUp = await fetch(`${url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.200' },
    body: JSON.stringify({ name: 'n', email: 'n@elira.test', password: 'a long password' }),
  });
  expect(signUp.headers.getSetCookie().join()).toMatch(/^__Secure-elira\.session_token=.*HttpOnly; Secure; SameSite=Lax$/);

  const attempts = async (from: (attempt: number) => string): Promise<number[]> => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 42; attempt += 1)
      statuses.push((await signIn(url, { 'x-forwarded-for': from(attempt) })).status);
    return statuses;
  };
  const guessing = await attempts(() => '192.0.2.1');
  expect([guessing.slice(0, 40).every((status) => status === 401), guessing.slice(40)]).toEqual([true, [429, 429]]);
  const refused = await signIn(url, { 'x-forwarded-for': '192.0.2.1' });
  expect(await refused.json()).toMatchObject({ code: 'too_many_requests' });
  // Another address is another guesser, and what a client puts before the proxy's entry is nobody's word.
  expect((await signIn(url, { 'x-forwarded-for': '192.0.2.2' })).status).toBe(401);
  expect((await signIn(url, { 'x-forwarded-for': '203.0.113.9, 192.0.2.1' })).status).toBe(429);
  signal('SIGINT');
  await ended;
  await empty.drop();
});
