import { spawn } from 'node:child_process';

/** Seconds that a stopped program has to put its own children away. */
const GRACE_SECONDS = 10;

/**
 * Runs Node with `args`, its output shown as it comes, in a process group of its own. When `signal` fires, the group is
 * asked to end and, after the grace, made to. Resolves to the exit code, 1 where a signal ended it.
 */
export function runInGroup(
  args: readonly string[],
  signal: AbortSignal,
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const ownGroup = process.platform !== 'win32';
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: ownGroup, env });
    const tell = (word: NodeJS.Signals): void => {
      try {
        if (child.pid !== undefined) process.kill(ownGroup ? -child.pid : child.pid, word);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
      }
    };
    let force: NodeJS.Timeout | undefined;
    const stop = (): void => {
      tell('SIGTERM');
      force = setTimeout(() => tell('SIGKILL'), GRACE_SECONDS * 1000);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    child.on('error', reject);
    child.on('close', (code) => {
      signal.removeEventListener('abort', stop);
      clearTimeout(force);
      tell('SIGKILL');
      resolve(code ?? 1);
    });
  });
}
