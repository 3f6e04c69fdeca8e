import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';

const WATCH = `
cat >/dev/null
find "$1" -maxdepth 4 -name postmaster.pid 2>/dev/null | while IFS= read -r file; do
  socket="$(sed -n 5p "$file")"
  kill -9 "$(sed -n 1p "$file")" && sleep 0.2
  case "$socket" in */elira-*) rm -rf -- "$socket" ;; esac
done
rm -rf -- "$1"
`;

/**
 * Removes `folder`, and every PostgreSQL in it, when this process ends in any way, kill -9 included: a shell waits for the end
 * of a pipe that only we hold.
 */
export function removeWithProcess(folder: string): { now(): Promise<void> } {
  const watcher = spawn('sh', ['-c', WATCH, 'sh', folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true, cwd: '/' });
  // Where there is no shell, the folder stays: no reason to fail a test.
  watcher.on('error', () => undefined);
  watcher.unref();
  return {
    now: async () => {
      await rm(folder, { recursive: true, force: true });
      watcher.stdin?.end();
    },
  };
}
