import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { throwawayCluster, type Cluster } from '@elira/testkit';
import { serverProcess, type ServerProcess } from '../tests/replay/server-process.ts';

const TOKEN = 'tail-tail-tail-tail-tail-tail-tail';
let cluster: Cluster;
let server: ServerProcess;
let folder: string;
let tail: ChildProcess | undefined;

beforeEach(async () => {
  cluster = await throwawayCluster();
  folder = await mkdtemp(join(tmpdir(), 'elira-tail-'));
  server = await serverProcess({ DATABASE_URL: cluster.url, ELIRA_DATA: folder, ELIRA_OPERATOR_TOKEN: TOKEN });
  await server.start();
});
afterEach(async () => {
  tail?.kill('SIGKILL');
  server.end();
  await cluster.remove();
  await rm(folder, { recursive: true });
});

test('an UPDATE appears as a line, also after the server was killed and came back', async () => {
  const sql = await cluster.client();
  const output = startTail(2);
  await output.until(/live: \d+ rows in courses\/learner/);
  await sql.query(
    `UPDATE courses SET title = 'Typed by hand', is_published = true WHERE id = (SELECT min(id::text)::uuid FROM courses)`,
  );
  await sql.query(`SELECT publish_course(id) FROM courses WHERE title = 'Typed by hand'`);
  await output.until(/^\d\d:\d\d:\d\d put published_courses [0-9a-f-]{36} "Typed by hand"$/m);

  await server.kill9();
  await sql.query(`UPDATE courses SET is_published = false WHERE title = 'Typed by hand'`);
  await server.start();
  await output.until(/^\d\d:\d\d:\d\d drop published_courses [0-9a-f-]{36} "Typed by hand"$/m);
  expect(await output.ended).toBe(0);
});

type Output = { readonly until: (pattern: RegExp) => Promise<void>; readonly ended: Promise<unknown> };

/** The example as the documents call it, without a token: it sees what everybody sees. */
function startTail(rows: number): Output {
  const args = ['--conditions=source', '--import', 'tsx', 'examples/tail.ts', '--once', String(rows)];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ELIRA_URL: server.url, ELIRA_DATA: join(folder, 'no token here') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  tail = child;
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  return {
    until: async (pattern) => {
      await expect.poll(() => said, { timeout: 30_000 }).toMatch(pattern);
    },
    ended: once(child, 'close').then(([code]: unknown[]) => code),
  };
}
