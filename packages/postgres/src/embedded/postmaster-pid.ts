import type { ProcessFacts } from './process-table.ts';

/** `postmaster.pid` as PostgreSQL writes it, line by line. Missing lines mean that it is still starting. */
export type PostmasterPid = {
  readonly pid: number;
  readonly startedAt: number;
  readonly port: number | undefined;
  readonly socketFolder: string | undefined;
  readonly listenAddress: string | undefined;
  readonly status: PostmasterStatus;
};
export type PostmasterStatus = 'starting' | 'stopping' | 'ready' | 'standby';

/** Undefined when the text is empty or not such a file. Pure. */
export function parsePostmasterPid(text: string): PostmasterPid | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid === 0) return undefined;
  const port = Number(lines[3]);
  return {
    // A single-user backend writes its pid negated.
    pid: Math.abs(pid),
    startedAt: Number(lines[2] ?? 0),
    port: Number.isInteger(port) && port > 0 ? port : undefined,
    socketFolder: lines[4] === '' ? undefined : lines[4],
    listenAddress: lines[5] === '' ? undefined : lines[5],
    status: statusOf(lines[7]),
  };
}

function statusOf(line: string | undefined): PostmasterStatus {
  return line === 'ready' || line === 'standby' || line === 'stopping' ? line : 'starting';
}

/**
 * What a `postmaster.pid` stands for:
 * - `running`: its process is the postmaster of this very folder: adopt it;
 * - `dead`: no such process: PostgreSQL clears the file by itself, and checks for survivors of the dead one while at it;
 * - `stale`: the pid was given to somebody else, is an unreaped corpse, or the file says nothing. PostgreSQL would refuse
 *   to start for ever, so the file has to go.
 */
export type Verdict = 'running' | 'dead' | 'stale';

/** Pure. `dataFolder` without symlinks; `facts` of the file's pid, undefined when nothing runs under it. */
export function judgePostmasterPid(
  file: PostmasterPid | undefined,
  facts: ProcessFacts | undefined,
  dataFolder: string,
): Verdict {
  if (file === undefined) return 'stale';
  if (facts === undefined) return 'dead';
  if (facts.zombie) return 'stale';
  if (facts.folder !== undefined) return facts.folder === dataFolder ? 'running' : 'stale';
  return /postgres/.test(facts.command) ? 'running' : 'stale';
}
