import { spawn } from 'node:child_process';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { postgresProcess } from '../../../../tests/setup/postgres-process.ts';
import { temporaryFolder } from '../../../../tests/setup/temporary-folder.ts';
import { isRunning, processFacts } from './process-table.ts';
import type { RunningPostgres } from './running-postgres.ts';
import { startPostgres } from './start-postgres.ts';

let folder: { readonly path: string; remove(): Promise<void> };
let dataFolder: string;
/** A kill -9 of PostgreSQL does not lose what the system holds, so these need not wait for the disk. */
const settings = { fsync: 'off' };
const running: RunningPostgres[] = [];

beforeEach(async () => {
  folder = await temporaryFolder('left');
  dataFolder = folder.path;
});
afterEach(async () => {
  for (const postgres of running.splice(0)) await postgres.stop();
  await folder.remove();
});

async function start(onProgress?: (line: string) => void): Promise<RunningPostgres> {
  const postgres = await startPostgres({ dataFolder, settings, ...(onProgress && { onProgress }) });
  running.push(postgres);
  return postgres;
}

async function ask(postgres: RunningPostgres, sql: string): Promise<unknown> {
  const client = new pg.Client(postgres.url);
  await client.connect();
  try {
    return (await client.query(sql)).rows[0];
  } finally {
    await client.end();
  }
}

test('PG7 PG50 a server whose Node was killed is adopted, and stopped by whoever adopted it', async () => {
  const first = await postgresProcess({ dataFolder, settings });
  await first.query('CREATE TABLE kept AS SELECT 7 AS answer');
  await first.kill();
  const second = await start();
  expect(second).toMatchObject({ adopted: true, pid: first.started.pid, url: first.started.url });
  expect(await ask(second, 'SELECT answer FROM kept')).toEqual({ answer: 7 });
  await second.stop();
  expect(await isRunning(second.pid)).toBe(false);
  expect(await stat(join(second.dataFolder, 'postmaster.pid')).catch(() => 'gone')).toBe('gone');
});

test('PG12 PG51 after a kill -9 of PostgreSQL the next start waits for its recovery; what was committed is there', async () => {
  const first = await start();
  await ask(first, 'CREATE TABLE kept (n int)');
  for (let n = 1; n <= 20; n += 1) await ask(first, `INSERT INTO kept VALUES (${n})`);
  await first.kill();
  expect(await isRunning(first.pid)).toBe(false);
  const second = await start();
  expect(second.adopted).toBe(false);
  expect(await ask(second, 'SELECT count(*)::int AS n FROM kept')).toEqual({ n: 20 });
  expect(await readFile(second.logFile, 'utf8')).toContain('not properly shut down');
});

test('PG12 a server that is stopping is waited for, not adopted', async () => {
  const first = await start();
  process.kill(first.pid, 'SIGINT');
  const second = await start();
  expect(second.pid).not.toBe(first.pid);
  expect(await ask(second, 'SELECT 1 AS one')).toEqual({ one: 1 });
});

/** A process of the server's own user under another process's pid: the case in which PostgreSQL refuses to start. */
async function stranger(postgres: RunningPostgres): Promise<{ pid: number; end(): void }> {
  const owner = await stat(postgres.dataFolder);
  const child = spawn('sleep', ['60'], {
    stdio: 'ignore',
    cwd: '/',
    ...(process.getuid?.() === 0 && { uid: owner.uid, gid: owner.gid }),
  });
  await new Promise((resolve) => child.once('spawn', resolve));
  return { pid: child.pid ?? 0, end: () => child.kill('SIGKILL') };
}

/** An unreaped child, and the process that does not reap it. */
async function corpse(postgres: RunningPostgres): Promise<{ pid: number; end(): void }> {
  const owner = await stat(postgres.dataFolder);
  const child = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    cwd: '/',
    ...(process.getuid?.() === 0 && { uid: owner.uid, gid: owner.gid }),
  });
  const [line] = await new Promise<string[]>((resolve) =>
    createInterface({ input: child.stdout }).once('line', (text) => resolve([text])),
  );
  const pid = Number(line);
  await expect.poll(async () => (await processFacts(pid))?.zombie).toBe(true);
  return { pid, end: () => child.kill('SIGKILL') };
}

async function crashedWith(
  replacePid: (postgres: RunningPostgres, text: string) => Promise<{ text: string; end(): void }>,
): Promise<string[]> {
  const first = await start();
  await ask(first, 'CREATE TABLE kept AS SELECT 8 AS answer');
  await first.kill();
  const path = join(first.dataFolder, 'postmaster.pid');
  const { text, end } = await replacePid(first, await readFile(path, 'utf8'));
  await writeFile(path, text);
  const told: string[] = [];
  try {
    const second = await start((line) => told.push(line));
    expect(second.adopted).toBe(false);
    expect(await ask(second, 'SELECT answer FROM kept')).toEqual({ answer: 8 });
  } finally {
    end();
  }
  return told;
}

const CLEARED = 'Clearing a postmaster.pid that a crash left behind';

test('PG8 a postmaster.pid whose pid now is another process does not block the start', async () => {
  const told = await crashedWith(async (postgres, text) => {
    const other = await stranger(postgres);
    return { text: text.replace(/^\d+/, String(other.pid)), end: other.end };
  });
  expect(told).toContain(CLEARED);
});

test('PG8 a postmaster.pid whose pid is an unreaped corpse does not block the start', async () => {
  const told = await crashedWith(async (postgres, text) => {
    const other = await corpse(postgres);
    return { text: text.replace(/^\d+/, String(other.pid)), end: other.end };
  });
  expect(told).toContain(CLEARED);
});

test.each([
  ['empty', ''],
  ['garbage', 'not a pid\n'],
])('PG8 a postmaster.pid that is %s does not block the start', async (_what, text) => {
  expect(await crashedWith(async () => ({ text, end: () => undefined }))).toContain(CLEARED);
});

test('PG8 a postmaster.pid whose process is gone is left to PostgreSQL', async () => {
  expect(await crashedWith(async (_postgres, text) => ({ text, end: () => undefined }))).not.toContain(CLEARED);
});

test('PG12 a shell that somebody left in the data folder holds up nobody', async () => {
  const first = await start();
  const shell = spawn('sleep', ['60'], { cwd: first.dataFolder, stdio: 'ignore' });
  await new Promise((resolve) => shell.once('spawn', resolve));
  await first.stop();
  expect(await ask(await start(), 'SELECT 1 AS one')).toEqual({ one: 1 });
  shell.kill('SIGKILL');
});

test('PG9 processes that start on one folder at once share one server, and the last one out stops it', async () => {
  const all = await Promise.all([1, 2, 3].map(() => postgresProcess({ dataFolder, settings })));
  const pid = all[0]?.started.pid ?? 0;
  expect(all.map(({ started }) => started.pid)).toEqual([pid, pid, pid]);
  expect(all.filter(({ started }) => !started.adopted)).toHaveLength(1);
  for (const [index, one] of all.entries()) {
    expect(await isRunning(pid)).toBe(true);
    expect(await all.at(-1)?.query('SELECT 1 AS one')).toEqual({ one: 1 });
    if (index === 1) await one.kill();
    else await one.stop();
  }
  expect(await isRunning(pid)).toBe(false);
});

test('PG16 PG53 an initdb that was cut short leaves nothing that blocks', async () => {
  const first = spawn(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', 'tests/setup/serve-postgres.ts', JSON.stringify({ dataFolder, settings })],
    { stdio: 'ignore' },
  );
  await expect
    .poll(async () => (await readdir(dataFolder)).some((name) => name.startsWith('data.new-')), {
      interval: 5,
      timeout: 20_000,
    })
    .toBe(true);
  first.kill('SIGKILL');
  const second = await start();
  expect(await ask(second, 'SELECT 1 AS one')).toEqual({ one: 1 });
  expect((await readdir(dataFolder)).filter((name) => name.startsWith('data.new-'))).toEqual([]);
});

test('PG16 what an initdb that lost its parent still writes while its folder is cleared away holds up nobody', async () => {
  const half = join(dataFolder, 'data.new-1', 'base');
  await mkdir(half, { recursive: true });
  const writer = spawn('sh', ['-c', 'n=0; while [ $n -lt 4000 ]; do n=$((n+1)); : > f$n || exit 0; done'], {
    cwd: half,
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => writer.once('exit', resolve));
  await expect.poll(async () => (await readdir(half)).length, { interval: 1 }).toBeGreaterThan(100);
  expect(await ask(await start(), 'SELECT 1 AS one')).toEqual({ one: 1 });
  await ended;
  expect((await readdir(dataFolder)).filter((name) => name.startsWith('data.new-'))).toEqual([]);
});

test('PG17 the lock of a dead process is taken over at once', async () => {
  const dead = spawn('true');
  await new Promise((resolve) => dead.once('exit', resolve));
  await writeFile(join(dataFolder, 'start.lock'), `${dead.pid} 12345`);
  expect((await start()).adopted).toBe(false);
  await running.pop()?.stop();
  await writeFile(join(dataFolder, 'start.lock'), `${process.pid} 1`);
  expect((await start()).adopted).toBe(false);
});
