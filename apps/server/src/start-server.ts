import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createSyncEngine, type SyncEngine, type WriteDoor } from '@elira/sync-server';
import type { Config } from './config.ts';
import { authSecret } from './auth/auth-secret.ts';
import { DEMO_ACCOUNTS, DEMO_PASSWORD, demoAccountsIn, makeDemoAccounts, refuseDemoAccounts } from './auth/demo-accounts.ts';
import { openPeople } from './auth/people.ts';
import { openCourseList } from './cache/course-list.ts';
import { NO_SHARED_CACHE, openRedis } from './cache/shared-cache.ts';
import { openAppPool } from './database/app-pool.ts';
import { errorCode } from './database/connection.ts';
import { openFlushPool } from './database/flush-pool.ts';
import { fillDemo } from './database/demo.ts';
import { openDatabase, type Database } from './database/open-database.ts';
import { prepareDatabase } from './database/prepare-database.ts';
import { countedMetrics } from './health/sync-metrics.ts';
import { watchSync } from './health/sync-watch.ts';
import { buildApp } from './http/build-app.ts';
import type { DemoAccounts } from './http/page-routes.ts';
import { streamEvents } from './http/stream-events.ts';
import { openOperatorToken } from './http/operator-token.ts';
import { OperatorError } from './operator-error.ts';
import { rules } from './rules.ts';
import { openWrites, type Writer } from './write/open-writes.ts';
import { UPKEEP } from './upkeep/jobs.ts';
import { runUpkeep } from './upkeep/run-upkeep.ts';

/**
 * The server as a whole.
 *
 *   database ─▶ secrets ─▶ roles, migrations, demo ─▶ pools ─▶ engine ─▶ HTTP
 *
 * In: a configuration. Out: a server that answers. The promise: it either serves or leaves nothing behind, and it stops in the
 * reverse order, each stream told goodbye.
 */
export type RunningServer = {
  readonly url: string;
  readonly psqlCommand: string | undefined;
  readonly tokenFile: string | undefined;
  /** E-mail addresses of the demonstration's accounts in this database; none in production. */
  readonly demoAccounts: readonly string[];
  /** In order; may be called twice. */
  readonly stop: () => Promise<void>;
};

/** Connections that may wait to be taken: all clients come back at once. The kernel has a limit of its own (net.core.somaxconn, 4096). */
const BACKLOG = 4096;
/** Channels of sql/0003_publication.sql and sql/0004_doorbells.sql. */
const DOORBELLS = ['course_changes', 'course_published', 'lesson_changes', 'enrollment_changes'];

/** Throws `OperatorError`, `Problem`, or the embedded database's and the migrations' own failures; each message names the remedy. */
export async function startServer(config: Config, log: Logger, onProgress: (line: string) => void): Promise<RunningServer> {
  const closers: (() => Promise<unknown>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= closeAll(closers, log));
  try {
    const database = await openDatabase(config, onProgress);
    closers.push(database.close);
    // After the database, which wants to find its new folder empty.
    const token = await openOperatorToken(config);
    const secret = await authSecret(config);
    const demoAccounts = await prepare(database, config, onProgress);
    const pool = openAppPool(database.connection);
    closers.push(pool.close);
    const flushPool = openFlushPool(database.connection);
    closers.push(flushPool.close);
    const people = openPeople(database.connection, { secret, production: config.production });
    closers.push(people.close);
    const upkeep = runUpkeep({ pool, jobs: UPKEEP, log: log.child({ part: 'upkeep' }) });
    closers.push(upkeep.stop);
    const watch = watchSync({ pool, metrics: () => countedMetrics(engine), log: log.child({ part: 'health' }) });
    const cacheLog = log.child({ part: 'cache' });
    const shared = config.redisUrl === undefined ? NO_SHARED_CACHE : openRedis(config.redisUrl, cacheLog);
    closers.push(shared.close);
    const courseList = openCourseList({ pool, engine: () => engine, shared });
    const engine: SyncEngine = createSyncEngine({
      rules,
      connection: database.connection,
      readerRole: 'elira_reader',
      channels: DOORBELLS,
      server: `${hostname()}:${process.pid}`,
      log: log.child({ part: 'sync' }),
      summary: streamEvents,
      onRead(report) {
        courseList.onRead(report);
        watch.onRead(report);
      },
    });
    closers.push(watch.stop);
    closers.push(() => engine.stop());
    await engine.start();
    await watch.start();
    const writes = openWrites({ pool, flushPool, onWrite: engine.poke, log: log.child({ part: 'write' }) });
    const app = buildApp({
      pool,
      engine,
      courseList,
      writes,
      people,
      token,
      log,
      trustedProxies: config.trustedProxies,
      demo: demoOf(demoAccounts),
    });
    // Streams end only when the engine says goodbye to them, and the app closes only when they have ended.
    closers.pop();
    closers.push(() => closeTogether(app, engine, writes));
    const url = await listen(app, config);
    return { url, psqlCommand: database.psqlCommand, tokenFile: token.file, demoAccounts, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the sign-in page may tell of the accounts that are there. */
function demoOf(emails: readonly string[]): DemoAccounts | undefined {
  const accounts = DEMO_ACCOUNTS.filter(({ email }) => emails.includes(email)).map(({ name, email }) => ({ name, email }));
  return accounts.length === 0 ? undefined : { accounts, password: DEMO_PASSWORD };
}

/** Returns the e-mail addresses of the demonstration's accounts. */
async function prepare(
  { connection }: Database,
  { production }: Config,
  onProgress: (line: string) => void,
): Promise<readonly string[]> {
  const applied = await prepareDatabase(connection, onProgress);
  if (production) {
    await refuseDemoAccounts(connection);
    return [];
  }
  // Who ran the very first migration made this database, and nobody else will have.
  if (applied.some((name) => name.startsWith('0001_'))) {
    await makeDemoAccounts(connection);
    await fillDemo(connection);
  }
  return await demoAccountsIn(connection);
}

async function closeTogether(app: FastifyInstance, engine: SyncEngine, writes: WriteDoor<Writer>): Promise<void> {
  const closing = app.close();
  await engine.stop();
  await closing;
  await writes.stop();
}

/** Goes on when one of them fails: the database must be stopped whatever the others do. */
async function closeAll(closers: (() => Promise<unknown>)[], log: Logger): Promise<void> {
  for (const close of closers.toReversed()) {
    await close().catch((error: unknown) =>
      log.error({ kind: error instanceof Error ? error.name : typeof error }, 'a part did not stop in order'),
    );
  }
}

async function listen(app: FastifyInstance, { port, host }: Config): Promise<string> {
  try {
    await app.listen({ port, host, backlog: BACKLOG });
  } catch (cause) {
    throw listenFailure(errorCode(cause), port, host, cause);
  }
  const address = app.server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${shown}:${actual}`;
}

function listenFailure(code: string | undefined, port: number, host: string, cause: unknown): OperatorError {
  switch (code) {
    case 'EADDRINUSE':
      return new OperatorError(`Port ${port} is taken.`, `Try another: PORT=${port === 65_535 ? 3001 : port + 1} npm start`, {
        cause,
      });
    case 'EACCES':
      return new OperatorError(`Port ${port} may not be used by this user.`, 'Choose one above 1023: PORT=3000 npm start', {
        cause,
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new OperatorError(
        `HOST ${host} is no address of this machine.`,
        'Use 127.0.0.1 for this machine alone, 0.0.0.0 for every network it is in.',
        { cause },
      );
    default:
      return new OperatorError(
        `The server could not listen on ${host}:${port} (${code ?? 'unknown reason'}).`,
        'Choose another HOST or PORT.',
        { cause },
      );
  }
}
