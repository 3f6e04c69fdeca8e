import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import type { Newcomer } from './newcomer.ts';

/** An npm command of a newcomer, in a process group of its own as a terminal would give it. */
export type NpmRun = {
  /** Everything it printed so far. */
  readonly output: () => string;
  /** Its exit code, or undefined while it runs; 1 where a signal ended it. */
  readonly code: () => number | undefined;
  readonly ended: Promise<number>;
  /** Sends a signal to the whole group, as Ctrl-C does. */
  readonly signal: (signal: NodeJS.Signals) => void;
};

/** What is shown of a run as it comes (lines that match `echo`), and the file that keeps all of it. */
export type Showing = { readonly echo: RegExp; readonly log: string | undefined };

/** Starts `npm <args>` in the newcomer's checkout. */
export function npmRun(who: Newcomer, args: readonly string[], env: NodeJS.ProcessEnv, { echo, log }: Showing): NpmRun {
  const child: ChildProcess = spawn('npm', args, {
    cwd: who.checkout,
    env: { ...who.env, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(who.ids === undefined ? {} : { uid: who.ids.uid, gid: who.ids.gid }),
  });
  let output = '';
  let code: number | undefined;
  const gather = (chunk: Buffer): void => {
    const text = chunk.toString('utf8');
    output += text;
    if (log !== undefined) appendFileSync(log, chunk);
    for (const line of text.split('\n')) if (echo.test(line)) console.log(`    ${line}`);
  };
  child.stdout?.on('data', gather);
  child.stderr?.on('data', gather);
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (exit) => {
      code = exit ?? 1;
      resolve(code);
    });
  });
  return {
    output: () => output,
    code: () => code,
    ended,
    signal: (signal) => {
      if (child.pid !== undefined && code === undefined) process.kill(-child.pid, signal);
    },
  };
}
