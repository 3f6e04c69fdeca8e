import { removeSocketFolder } from './cluster-home.ts';
import type { ClusterHome } from './cluster-home.ts';
import { connectionUrl } from './connection-url.ts';
import type { EmbeddedConnection } from './connection-url.ts';
import { leaveHolder } from './holders.ts';
import type { PostmasterPid } from './postmaster-pid.ts';
import { PostgresFailure } from './postgres-failure.ts';
import { comesTrue, postgresIn, processFacts } from './process-table.ts';
import { withStartLock } from './start-lock.ts';

export type RunningPostgres = {
  /** For node-postgres, psql and everything else that takes a libpq URL. */
  readonly url: string;
  readonly connection: EmbeddedConnection;
  /** With the password that TCP asks for; undefined when the server listens on its socket alone. */
  readonly tcpUrl: string | undefined;
  /** `url`, to be typed into a shell. */
  readonly psqlCommand: string;
  readonly pid: number;
  /** True when the server ran before we came. */
  readonly adopted: boolean;
  /** PGDATA, without symlinks. */
  readonly dataFolder: string;
  /** Where the server writes its log. */
  readonly logFile: string;
  /** Stops the server in order (open transactions are rolled back) unless another process still uses it. May be called twice. */
  stop(): Promise<void>;
  /** kill -9 of the postmaster, and waits until its children have left: for tests. */
  kill(): Promise<void>;
};

/** Ever harder ways to stop, each with the milliseconds it may take. After the first, the next start has to recover. */
const WAYS_TO_STOP: readonly (readonly [NodeJS.Signals, number])[] = [
  ['SIGINT', 30_000],
  ['SIGQUIT', 10_000],
  ['SIGKILL', 10_000],
];

type Parts = {
  readonly home: ClusterHome;
  readonly file: PostmasterPid;
  readonly connection: EmbeddedConnection;
  readonly tcp: EmbeddedConnection | undefined;
  readonly adopted: boolean;
  readonly holder: string;
};

export async function runningPostgres({ home, file, connection, tcp, adopted, holder }: Parts): Promise<RunningPostgres> {
  const startedAt = (await processFacts(file.pid))?.startedAt;
  const lives = async (): Promise<boolean> => {
    const facts = await processFacts(file.pid);
    return facts !== undefined && !facts.zombie && facts.startedAt === startedAt;
  };
  const url = connectionUrl(connection);
  let stopping: Promise<void> | undefined;
  return {
    url,
    connection,
    tcpUrl: tcp && connectionUrl(tcp),
    psqlCommand: `psql '${url}'`,
    pid: file.pid,
    adopted,
    dataFolder: home.data,
    logFile: `${home.home}/postgres.log`,
    stop: () => (stopping ??= stopServer(home, file, holder, lives)),
    kill: async () => {
      if (await lives()) signalIfThere(file.pid, 'SIGKILL');
      await stopProcesses(home, file.pid, lives);
      await leaveHolder(home.folder, holder);
    },
  };
}

async function stopServer(
  home: ClusterHome,
  file: PostmasterPid,
  holder: string,
  lives: () => Promise<boolean>,
): Promise<void> {
  await withStartLock(
    home.folder,
    () => undefined,
    async () => {
      const { othersRemain } = await leaveHolder(home.folder, holder);
      if (othersRemain) return;
      await stopProcesses(home, file.pid, lives);
      if (file.socketFolder !== undefined) await removeSocketFolder(file.socketFolder);
    },
  );
}

async function stopProcesses(home: ClusterHome, pid: number, lives: () => Promise<boolean>): Promise<void> {
  const gone = async (): Promise<boolean> => !(await lives()) && (await postgresIn(home.data)).length === 0;
  for (const [signal, patienceMs] of WAYS_TO_STOP) {
    if (await lives()) signalIfThere(pid, signal);
    if (await comesTrue(gone, patienceMs)) return;
  }
  throw new PostgresFailure(
    'stop_failed',
    `PostgreSQL (process ${pid}) does not end.`,
    `Its disk may hang. End the processes that work in ${home.data}.`,
  );
}

/** A process may end between the look at it and the signal. */
function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
