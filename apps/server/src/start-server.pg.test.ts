import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { scratchDatabase, throwawayCluster, type ScratchDatabase } from '@elira/testkit';

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
      const ready = /ready at (\S+)/.exec(output)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    void ended.then(() => resolve(''));
  });
  return { url, signal: (name) => child.kill(name), ended };
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
  expect(courses).toHaveLength(1);

  const stream = await fetch(`${servers[0].url}/api/sync/stream`);
  const reading = stream.text();
  for (const { signal } of servers) signal('SIGTERM');
  expect((await Promise.all(servers.map(({ ended }) => ended))).map(({ code }) => code)).toEqual([0, 0]);
  expect(await reading).toMatch(/event: goodbye\ndata: .*"code":"shutting_down"/);
  expect(await connections()).toBe(0);
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

test('production gets no demonstration', async () => {
  const empty = await scratchDatabase('production');
  const { url, signal, ended } = await run({ NODE_ENV: 'production', DATABASE_URL: empty.url });
  expect(await (await fetch(`${url}/api/courses`)).json()).toEqual({ courses: [] });
  signal('SIGINT');
  expect((await ended).code).toBe(0);
  await empty.drop();
});
