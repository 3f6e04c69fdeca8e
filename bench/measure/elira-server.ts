import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionUrl } from '@elira/postgres';
import pg from 'pg';
import { pino } from 'pino';
import { readConfig, startServer } from '@elira/server';
import { AUTH_SECRET } from '../latency/cases.ts';
import { serveParent } from './child.ts';
import { cpuMs } from './clock.ts';
import { OPERATOR_TOKEN } from './operator-token.ts';
import { residentBytes } from './resident-bytes.ts';

/** First the database to start on, with the port or none; then what is to be told. */
export type EliraRequest =
  | { readonly connection: pg.ClientConfig; readonly port?: number }
  | { readonly tell: 'cpu' | 'memory' | 'metrics' };

let statements = 0;
let address = '';

/** Elira as it runs: accounts, sessions, memberships, all rules. */
async function start(connection: pg.ClientConfig, wanted: number): Promise<{ port: number }> {
  countStatements();
  const folder = await mkdtemp(join(tmpdir(), 'elira-bench-'));
  process.once('exit', () => void rm(folder, { recursive: true, force: true }));
  const { host = '', port = 0, user = '', database = '' } = connection;
  const config = readConfig({
    PORT: String(wanted),
    ELIRA_DATA: folder,
    ELIRA_AUTH_SECRET: AUTH_SECRET,
    ELIRA_OPERATOR_TOKEN: OPERATOR_TOKEN,
    DATABASE_URL: connectionUrl({ host, port, user, database }),
    NODE_ENV: 'test',
  });
  const server = await startServer(config, pino({ level: 'error' }, pino.destination(2)), () => undefined);
  address = server.url;
  return { port: Number(new URL(server.url).port) };
}

/** Everything that this process asks of the database, by whatever part of it. */
function countStatements(): void {
  const { prototype } = pg.Client;
  const query = Reflect.get(prototype, 'query') as (...args: unknown[]) => unknown;
  Reflect.set(prototype, 'query', function counted(this: pg.Client, ...args: unknown[]): unknown {
    statements += 1;
    return Reflect.apply(query, this, args);
  });
}

/** What the server tells whoever runs it, by the names of Prometheus. */
async function metrics(): Promise<Record<string, number>> {
  const answer = await fetch(new URL('/metrics', address), { headers: { authorization: `Bearer ${OPERATOR_TOKEN}` } });
  const lines = (await answer.text()).matchAll(/^(elira_\w+) (\S+)$/gm);
  return Object.fromEntries([...lines].map(([, name, value]) => [name, Number(value)]));
}

serveParent<EliraRequest>(async (message) => {
  if ('connection' in message) return await start(message.connection, message.port ?? 0);
  if (message.tell === 'metrics') return await metrics();
  return message.tell === 'cpu' ? { cpuMs: cpuMs() } : { resident: await residentBytes(), statements };
});
