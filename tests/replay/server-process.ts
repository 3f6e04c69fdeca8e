import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url));

/** The real server in a process of its own, on a port that stays the same over restarts. */
export type ServerProcess = {
  readonly url: string;
  /** Resolves when it serves. */
  start(): Promise<void>;
  /** kill -9, and proof that it died of it. */
  kill9(): Promise<void>;
  /** Of the one that runs, or ran last. */
  pid(): number | undefined;
  /** Ends it, whatever state it is in. */
  end(): void;
};

export async function serverProcess(environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const port = await freePort();
  const env = { ...process.env, NODE_ENV: 'test', ...environment, PORT: String(port), HOST: '127.0.0.1' };
  let child: ChildProcess | undefined;
  const endWithUs = (): void => void child?.kill('SIGKILL');
  process.once('exit', endWithUs);
  return {
    url: `http://127.0.0.1:${port}`,
    start: async () => {
      const started = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', MAIN], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      await serving(started);
    },
    kill9: async () => {
      const dying = child;
      if (dying === undefined || dying.exitCode !== null || dying.signalCode !== null)
        throw new Error('the server was to be killed and does not run');
      const ended = once(dying, 'close');
      dying.kill('SIGKILL');
      const [, signal] = (await ended) as [number | null, string | null];
      if (signal !== 'SIGKILL') throw new Error(`the server was to be killed and ended by ${String(signal)}`);
      child = undefined;
    },
    pid: () => child?.pid,
    end: () => {
      process.off('exit', endWithUs);
      endWithUs();
    },
  };
}

function serving(child: ChildProcess): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr?.on('data', (chunk) => (said += String(chunk)));
    child.stdout?.on('data', (chunk) => {
      said += String(chunk);
      if (said.includes('ready at ')) resolve();
    });
    child.once('close', () => reject(new Error(`the server ended instead of serving:\n${said}`)));
  });
}

/** Below the ports that systems hand out to clients, so that nobody takes it while the server is down. */
async function freePort(): Promise<number> {
  for (let port = 20_000 + (process.pid % 10_000); ; port += 1) {
    const probe = createServer();
    const free = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}
