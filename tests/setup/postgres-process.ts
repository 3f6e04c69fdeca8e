import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { StartOptions } from '../../packages/postgres/src/index.ts';

/** What `serve-postgres.ts` told at its start: the server, or why there is none. */
export type Started = {
  readonly pid: number;
  readonly adopted: boolean;
  readonly url: string;
  readonly tcpUrl?: string;
  readonly dataFolder: string;
  readonly progress: readonly string[];
  readonly code?: string;
  readonly message?: string;
};
export type PostgresProcess = {
  readonly child: ChildProcess;
  readonly started: Started;
  /** The first row of a query made in that process, as its user. */
  query(sql: string): Promise<unknown>;
  stop(): Promise<void>;
  /** kill -9 of the Node process. */
  kill(): Promise<void>;
};

export type ProcessOptions = Pick<SpawnOptions, 'uid' | 'gid' | 'env' | 'detached'> & {
  /** The checkout to run from; this one unless told. */
  readonly root?: string;
};

const HERE = fileURLToPath(new URL('../..', import.meta.url));

/** Starts PostgreSQL from a process of its own: another user, another environment, or one that is to be killed. */
export async function postgresProcess(options: StartOptions, how: ProcessOptions = {}): Promise<PostgresProcess> {
  const { root = HERE, ...spawnOptions } = how;
  const script = ['--conditions=source', '--import', 'tsx', 'tests/setup/serve-postgres.ts', JSON.stringify(options)];
  const child = spawn(process.execPath, script, { cwd: root, stdio: ['pipe', 'pipe', 'inherit'], ...spawnOptions });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { done, value } = await lines.next();
    return done === true ? { message: 'The process ended without a word.' } : JSON.parse(value);
  };
  const started = asStarted(await next());
  return {
    child,
    started,
    query: async (sql) => {
      child.stdin.write(`${sql}\n`);
      return rowOf(await next());
    },
    stop: async () => {
      child.stdin.write('stop\n');
      await exited;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function asStarted(told: unknown): Started {
  const empty = { pid: 0, adopted: false, url: '', dataFolder: '', progress: [] };
  return typeof told === 'object' && told !== null ? { ...empty, ...told } : empty;
}

function rowOf(told: unknown): unknown {
  return typeof told === 'object' && told !== null && 'row' in told ? told.row : told;
}
