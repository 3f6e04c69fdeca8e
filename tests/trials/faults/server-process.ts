import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Limits } from '@elira/protocol';
import { CanaryScanner } from '@elira/testkit';
import type { Health, SyncMetrics } from '@elira/sync-server';
import type pg from 'pg';
import type { HistoryFile } from '../history.ts';

const SERVER_FILE = fileURLToPath(new URL('../server.ts', import.meta.url));
const START_PATIENCE_MS = 180_000;
/** Lines of a server's log kept to explain a failure. */
const LOG_LINES = 40;

/** What a server of the trial tells of itself: the engine's own counters, whether it calls itself fresh, and what is written. */
export type ServerMetrics = SyncMetrics & {
  readonly writing: number;
  readonly turnedAway: number;
  readonly health: Health;
  /** Bytes that wait for one connection, at most. */
  readonly waitingBytes: number;
  /** When streams were asked for lately, in milliseconds since 1970. */
  readonly arrivals: readonly number[];
  readonly wallClock: number;
};

export type ServerOptions = {
  readonly name: string;
  readonly secret: string;
  readonly connection: pg.ClientConfig;
  readonly history: HistoryFile;
  /** Instead of the short times of the integration tier. */
  readonly limits?: Partial<Limits>;
};

/** One server of the trial: a process that can be started, stopped in mid-air and killed. */
export class ServerProcess {
  readonly name: string;
  readonly logScanner = new CanaryScanner();
  readonly log: string[] = [];
  port = 0;
  readonly #options: ServerOptions;
  #child: ChildProcess | undefined;

  constructor(options: ServerOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Process id of the last one started. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** `dieAt`: a point of `die-at.ts` at which it kills itself. */
  async start(dieAt?: string): Promise<void> {
    const { name, secret, connection, history, limits } = this.#options;
    const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', SERVER_FILE], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        TRIAL_SERVER: JSON.stringify({ name, secret, connection, port: 0, limits }),
        TRIAL_DIE_AT: dieAt ?? '',
      },
    });
    this.#child = child;
    child.stderr?.on('data', (chunk: Buffer) => {
      const tokens = this.logScanner.push(chunk);
      if (tokens.length > 0) history.write({ kind: 'log-canary', server: name, tokens });
      this.log.push(
        ...chunk
          .toString()
          .split('\n')
          .filter((line) => line !== ''),
      );
      this.log.splice(0, Math.max(0, this.log.length - LOG_LINES));
    });
    this.port = await new Promise<number>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`server ${name} did not start: ${this.log.join('\n')}`)),
        START_PATIENCE_MS,
      );
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        reject(new Error(`server ${name} ended while it started (${code ?? signal}): ${this.log.join('\n')}`));
      });
      if (child.stdout === null) return;
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.logScanner.push(line);
        const { port } = JSON.parse(line) as { port: number };
        clearTimeout(timer);
        resolve(port);
      });
    });
  }

  /** Reads of the database that this server has made so far. */
  async polls(): Promise<number> {
    return (await this.metrics())?.polls ?? 0;
  }

  /** Requests to write that are under way there. */
  async writing(): Promise<number> {
    return (await this.metrics())?.writing ?? 0;
  }

  /** What it counts; undefined where it does not answer. */
  async metrics(): Promise<ServerMetrics | undefined> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/metrics`).catch(() => undefined);
    return answer === undefined ? undefined : ((await answer.json()) as ServerMetrics);
  }

  /** Resolves with what ended it, if anything does in time. */
  async untilDead(patienceMs: number): Promise<NodeJS.Signals | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.signalCode ?? null;
    return new Promise((resolve) => {
      const patience = setTimeout(() => resolve(null), patienceMs);
      child.once('exit', (_, by) => {
        clearTimeout(patience);
        resolve(by);
      });
    });
  }

  /** kill -9. Returns the signal that ended the process: the proof that it died of it. */
  kill(): Promise<NodeJS.Signals | null> {
    return this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    if (this.#child === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    await this.#end('SIGTERM');
  }

  /** Its wall clock is another from now on. Whether it was there to be told. */
  jumpClock(): boolean {
    return this.#child?.kill('SIGUSR2') ?? false;
  }

  /** SIGSTOP: the process stands still, its sockets stay open. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  #end(signal: NodeJS.Signals): Promise<NodeJS.Signals | null> {
    const child = this.#child;
    if (child === undefined) return Promise.resolve(null);
    return new Promise((resolve) => {
      const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
      child.once('exit', (_, by) => {
        clearTimeout(patience);
        resolve(by);
      });
      child.kill(signal);
    });
  }
}
