import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionUrl } from '@elira/postgres';
import type pg from 'pg';
import { pino } from 'pino';
import { readConfig, startServer } from '@elira/server';
import { serveParent } from '../measure/child.ts';
import { cpuMs } from '../measure/clock.ts';
import { AUTH_SECRET } from './cases.ts';

/** Elira as it runs: accounts, sessions, memberships, all rules. */
async function start(connection: pg.ClientConfig): Promise<{ port: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'elira-bench-'));
  process.once('exit', () => void rm(folder, { recursive: true, force: true }));
  const { host = '', port = 0, user = '', database = '' } = connection;
  const config = readConfig({
    PORT: '0',
    ELIRA_DATA: folder,
    ELIRA_AUTH_SECRET: AUTH_SECRET,
    DATABASE_URL: connectionUrl({ host, port, user, database }),
    NODE_ENV: 'test',
  });
  const server = await startServer(config, pino({ level: 'error' }, pino.destination(2)), () => undefined);
  return { port: Number(new URL(server.url).port) };
}

serveParent<{ connection?: pg.ClientConfig }>(async ({ connection }) => {
  return connection === undefined ? { cpuMs: cpuMs() } : await start(connection);
});
