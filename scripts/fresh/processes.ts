import { readdir, readFile, readlink } from 'node:fs/promises';

export type Left = { readonly pid: number; readonly command: string };

/** Processes that still run and came from the folder `home`: by environment, working directory or arguments (Linux only). */
export async function processesOf(home: string): Promise<Left[]> {
  const left: Left[] = [];
  for (const name of await readdir('/proc').catch(() => [])) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const traces = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
      readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''),
      readlink(`/proc/${pid}/cwd`).catch(() => ''),
    ]);
    if (traces.some((trace) => trace.includes(home))) left.push({ pid, command: traces[0].replaceAll('\0', ' ').trim() });
  }
  return left;
}

/** What is still there after `seconds` of waiting for it to go. */
export async function lingering(home: string, seconds: number): Promise<Left[]> {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    const left = await processesOf(home);
    if (left.length === 0 || performance.now() > until) return left;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
