import { mkdir, readFile, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureDatabase } from '../ensure-database.ts';
import { ELSEWHERE, openFolder, openSocketFolder, prepareHome } from './cluster-home.ts';
import type { ClusterHome } from './cluster-home.ts';
import type { EmbeddedConnection } from './connection-url.ts';
import { settingsFile, writeSettings } from './cluster-settings.ts';
import { enterHolder, forgetHolders } from './holders.ts';
import { initCluster } from './init-cluster.ts';
import { launchPostmaster } from './launch-postmaster.ts';
import { copyNativeFolder, findNativeFolder, linkLibraries, majorOfBinaries } from './native-binaries.ts';
import type { EmbeddedMajor } from './native-binaries.ts';
import { PostgresFailure, failureFromLog } from './postgres-failure.ts';
import { judgePostmasterPid, parsePostmasterPid } from './postmaster-pid.ts';
import type { PostmasterPid } from './postmaster-pid.ts';
import { comesTrue, isRunning, postgresIn, processFacts } from './process-table.ts';
import { canReach } from './run-as.ts';
import { runningPostgres } from './running-postgres.ts';
import type { RunningPostgres } from './running-postgres.ts';
import { logSince } from './server-log.ts';
import { withStartLock } from './start-lock.ts';

/*
 * Real PostgreSQL out of npm packages, for development and tests.
 *
 *   data folder ─▶ lock ─▶ postmaster.pid? ─▶ running: adopt it ──────────────────────────┐
 *                               │ dead, stale, none                                       ├─▶ ready ─▶ database ─▶ RunningPostgres
 *                               └─▶ as whom? ─▶ readable binaries ─▶ initdb? ─▶ postmaster ┘
 *
 * The promise: whatever the last run left behind (an orphan, a corpse, half a folder), the next start serves the same data,
 * or says in one sentence what is wrong and what to do.
 */

export type StartOptions = {
  /** Holds the cluster and all that belongs to it; created where absent. */
  readonly dataFolder: string;
  /** Major version of the binaries from npm; 18 unless told. */
  readonly major?: EmbeddedMajor;
  /** Use these binaries (a folder with `initdb` and `postgres`) instead of npm's. */
  readonly binFolder?: string;
  /** Settings of postgresql.conf, on top of durable ones tuned small. `fsync: 'off'` also makes initdb not sync. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Also listen on 127.0.0.1, at this TCP port (1024–32767, below the ports that systems hand out to clients). Socket only otherwise. */
  readonly port?: number;
  /** The database to create where absent and to connect to; `elira` unless told. */
  readonly database?: string;
  /** One sentence for each step that takes time. */
  readonly onProgress?: (line: string) => void;
};

/** A path that survives a shell: initdb asks its neighbour for its version through one, and quotes by halves. */
const PLAIN_PATH = /^[\w/. +@%:,=-]+$/;
/** Milliseconds between two looks at a starting server. */
const LOOK_MS = 15;
/** Milliseconds a server may take to be ready; crash recovery is included, and told every few seconds. */
const READY_PATIENCE_MS = 600_000;
/** Milliseconds the processes of an earlier server may take to end. */
const OTHERS_PATIENCE_MS = 60_000;
const STILL_RECOVERING_MS = 5_000;
const SOCKET_PORT = 5432;

/**
 * Starts PostgreSQL on `dataFolder`, or adopts the one that already runs there. Safe to call from several processes at once:
 * one starts, the others join, the last to stop stops it.
 * Throws `PostgresFailure`.
 */
export async function startPostgres(options: StartOptions): Promise<RunningPostgres> {
  requireSuitable(options.port);
  const onProgress = options.onProgress ?? ((): void => undefined);
  const folder = await openFolder(resolve(options.dataFolder));
  return await withStartLock(folder, onProgress, async () => {
    const home = await prepareHome(folder, onProgress);
    const major = options.binFolder === undefined ? (options.major ?? 18) : await majorOfBinaries(options.binFolder);
    requireMajor(home, major);
    const { adopted, ready, connection } = await reach(home, major, options, onProgress);
    const tcp = ready.listenAddress === undefined ? undefined : await tcpConnection(home, ready, options);
    return await runningPostgres({
      home,
      file: ready,
      connection,
      tcp,
      adopted: adopted !== undefined,
      holder: await enterHolder(folder),
    });
  });
}

type Reached = {
  readonly adopted: PostmasterPid | undefined;
  readonly ready: PostmasterPid;
  readonly connection: EmbeddedConnection;
};

/** The server of this folder, adopted or started, and answering. One that was adopted while it began to stop is let go of. */
async function reach(
  home: ClusterHome,
  major: number,
  options: StartOptions,
  onProgress: (line: string) => void,
): Promise<Reached> {
  const deadline = Date.now() + OTHERS_PATIENCE_MS;
  for (;;) {
    const adopted = await findRunning(home, onProgress);
    try {
      const ready = await waitUntilReady(home, adopted ?? (await startServer(home, major, options, onProgress)), onProgress);
      const connection = socketConnection(ready, options);
      if (ready.status === 'ready') await ensureDatabase({ ...connection, database: 'postgres' }, connection.database);
      if (adopted !== undefined) tellAdopted(ready, options, onProgress);
      return { adopted, ready, connection };
    } catch (error) {
      if (adopted === undefined || !isStopping(error) || Date.now() > deadline) throw error;
      await sleep(LOOK_MS);
    }
  }
}

/** What a server that has just begun to stop answers, or no longer answers. */
function isStopping(error: unknown): boolean {
  if (error instanceof PostgresFailure) return error.code === 'start_failed';
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && ['57P01', '57P03', 'ECONNREFUSED', 'ECONNRESET', 'ENOENT'].includes(code);
}

function requireSuitable(port: number | undefined): void {
  if (process.platform === 'win32') {
    throw new PostgresFailure(
      'platform_unsupported',
      'The embedded PostgreSQL does not run on Windows itself.',
      'Use WSL, or set DATABASE_URL to a PostgreSQL (14 or newer) of your own.',
    );
  }
  if (port === undefined || (Number.isInteger(port) && port >= 1024 && port < 32768)) return;
  throw new PostgresFailure(
    'port_unsuitable',
    `Port ${port} is no port for PostgreSQL.`,
    'Choose one from 1024 to 32767: higher ones are handed out to clients.',
  );
}

function requireMajor(home: ClusterHome, wanted: number): void {
  if (home.major === undefined || home.major === wanted) return;
  throw new PostgresFailure(
    'wrong_major',
    `${home.data} was written by PostgreSQL ${home.major}; this is PostgreSQL ${wanted}.`,
    `Move the folder ${home.folder} away (a new one is made), or dump the data with PostgreSQL ${home.major} and load it again.`,
  );
}

/** The postmaster of this folder, if one lives. Clears a `postmaster.pid` that would block the next start. */
async function findRunning(home: ClusterHome, onProgress: (line: string) => void): Promise<PostmasterPid | undefined> {
  const path = join(home.data, 'postmaster.pid');
  for (;;) {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    const file = parsePostmasterPid(text);
    const verdict = judgePostmasterPid(file, file && (await processFacts(file.pid)), home.data);
    if (verdict === 'running' && file !== undefined) {
      if (file.status !== 'stopping') return file;
      onProgress('Waiting for the PostgreSQL in this folder to stop');
      if (!(await comesTrue(async () => !(await isRunning(file.pid)), OTHERS_PATIENCE_MS))) throw stillThere(home, file.pid);
      continue;
    }
    // A dead postmaster's children leave within moments, and must have left before another may touch the data.
    if (!(await comesTrue(async () => (await postgresIn(home.data)).length === 0, OTHERS_PATIENCE_MS)))
      throw stillThere(home, file?.pid ?? 0);
    if (verdict === 'stale') {
      onProgress('Clearing a postmaster.pid that a crash left behind');
      await unlink(path).catch(() => undefined);
    }
    return undefined;
  }
}

function stillThere(home: ClusterHome, pid: number): PostgresFailure {
  return new PostgresFailure(
    'folder_in_use',
    `PostgreSQL processes of an earlier run (postmaster ${pid}) still work in ${home.data} and do not end.`,
    'End them, then start again.',
  );
}

async function startServer(
  home: ClusterHome,
  major: number,
  options: StartOptions,
  onProgress: (line: string) => void,
): Promise<PostmasterPid> {
  await forgetHolders(home.folder);
  const binFolder = options.binFolder ?? (await readableBinaries(home, options.major ?? 18, onProgress));
  const settings = options.settings ?? {};
  if (home.major === undefined) {
    onProgress(`Creating a database in ${home.folder}`);
    await initCluster(home, binFolder, major, settings['fsync'] !== 'off');
  }
  const socketFolder = await openSocketFolder(home);
  const listening = { socketFolder, port: options.port ?? SOCKET_PORT, tcp: options.port !== undefined };
  await writeSettings(home.data, settingsFile(listening, settings));
  return await launchPostmaster(home, join(binFolder, 'postgres'));
}

/** npm's binaries with their library links, copied where the server's user can read them if it cannot where they are. */
async function readableBinaries(home: ClusterHome, major: EmbeddedMajor, onProgress: (line: string) => void): Promise<string> {
  const native = await findNativeFolder(major);
  const linked = await linkLibraries(native).then(
    () => true,
    () => false,
  );
  if (linked && (await canReach(home.runAs, join(native.path, 'bin', 'postgres')))) return join(native.path, 'bin');
  onProgress('Copying the PostgreSQL binaries to where the server can read them');
  const place = process.getuid?.() === 0 && !PLAIN_PATH.test(home.home) ? ELSEWHERE : home.home;
  await mkdir(place, { recursive: true, mode: 0o755 });
  const copy = await copyNativeFolder(native, join(place, `native-${native.version}`));
  return join(copy.path, 'bin');
}

async function waitUntilReady(
  home: ClusterHome,
  started: PostmasterPid,
  onProgress: (line: string) => void,
): Promise<PostmasterPid> {
  const begin = Date.now();
  let tellAt = begin + STILL_RECOVERING_MS;
  for (;;) {
    const file = parsePostmasterPid(await readFile(join(home.data, 'postmaster.pid'), 'utf8').catch(() => ''));
    if (file?.pid === started.pid && (file.status === 'ready' || file.status === 'standby')) return file;
    if (!(await isRunning(started.pid))) {
      throw failureFromLog('start_failed', await logSince(join(home.home, 'postgres.log'), 0));
    }
    if (Date.now() > begin + READY_PATIENCE_MS) {
      throw new PostgresFailure(
        'start_timeout',
        'PostgreSQL has not become ready within ten minutes.',
        `Read ${join(home.home, 'postgres.log')}.`,
      );
    }
    if (Date.now() > tellAt) {
      onProgress('PostgreSQL is still starting (after a crash it first replays its log)');
      tellAt += STILL_RECOVERING_MS;
    }
    await sleep(LOOK_MS);
  }
}

function tellAdopted(file: PostmasterPid, options: StartOptions, onProgress: (line: string) => void): void {
  onProgress(`PostgreSQL already runs in this folder (process ${file.pid}); joining it`);
  const listens = file.listenAddress !== undefined && file.port === options.port;
  if (options.port !== undefined && !listens)
    onProgress(`It was started without TCP port ${options.port}; stop everything that uses it to have it start anew`);
}

function socketConnection(file: PostmasterPid, options: StartOptions): EmbeddedConnection {
  return {
    host: file.socketFolder ?? '/tmp',
    port: file.port ?? SOCKET_PORT,
    user: 'postgres',
    database: options.database ?? 'elira',
  };
}

/** The socket lets in whoever may enter its folder; TCP, which anyone on the machine can reach, asks for the password. */
async function tcpConnection(home: ClusterHome, file: PostmasterPid, options: StartOptions): Promise<EmbeddedConnection> {
  const password = await readFile(join(home.folder, 'password'), 'utf8').catch(() => '');
  return { ...socketConnection(file, options), host: '127.0.0.1', password };
}
