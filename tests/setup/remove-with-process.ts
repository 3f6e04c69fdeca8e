import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';

const WATCH = 'cat >/dev/null; test -f "$1/data/postmaster.pid" && kill -9 "$(head -n 1 "$1/data/postmaster.pid")"; sleep 0.2; rm -rf -- "$1"';

/**
 * Removes `folder`, and the PostgreSQL in it, when this process ends in any way, kill -9 included: a shell waits for the end
 * of a pipe that only we hold.
 */
export function removeWithProcess(folder: string): { now(): Promise<void> } {
  const watcher = spawn('sh', ['-c', WATCH, 'sh', folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: '/' });
  watcher.unref();
  return { now: () => rm(folder, { recursive: true, force: true }) };
}
