import { execFile } from 'node:child_process';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process as far as we need to know it. `startedAt` is opaque: together with the pid it names one process for ever. */
export type ProcessFacts = {
  readonly pid: number;
  readonly zombie: boolean;
  readonly startedAt: string;
  readonly command: string;
  /** The working folder; undefined where the system does not tell. A postmaster's is its data folder. */
  readonly folder: string | undefined;
};

/** Milliseconds between two looks at a process. */
const LOOK_MS = 10;

const HAS_PROC = process.platform === 'linux';

/** What runs as `pid`, or undefined when nothing does. */
export async function processFacts(pid: number): Promise<ProcessFacts | undefined> {
  return HAS_PROC ? await factsFromProc(pid) : await factsFromPs(pid);
}

/** True when a living (not merely unreaped) process has this pid. */
export async function isRunning(pid: number): Promise<boolean> {
  const facts = await processFacts(pid);
  return facts !== undefined && !facts.zombie;
}

async function factsFromProc(pid: number): Promise<ProcessFacts | undefined> {
  try {
    const stat = parseProcStat(await readFile(`/proc/${pid}/stat`, 'utf8'));
    if (stat === undefined) return undefined;
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
    return { pid, ...stat, command, folder: await folderOf(pid) };
  } catch {
    return undefined;
  }
}

async function folderOf(pid: number): Promise<string | undefined> {
  try {
    return await readlink(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** Fields of /proc/PID/stat; the name in parentheses may itself hold spaces and parentheses. */
export function parseProcStat(stat: string): { zombie: boolean; startedAt: string } | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const startedAt = fields[19];
  if (state === undefined || startedAt === undefined) return undefined;
  return { zombie: state === 'Z' || state === 'X', startedAt };
}

function factsFromPs(pid: number): Promise<ProcessFacts | undefined> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'stat=,lstart=,command=', '-p', String(pid)], (error, output) => {
      const match = /^\s*(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/m.exec(error === null ? output : '');
      if (match === null) return resolve(undefined);
      const [, state = '', startedAt = '', command = ''] = match;
      resolve({ pid, zombie: state.startsWith('Z'), startedAt, command, folder: undefined });
    });
  });
}

/** A postmaster is called by its path, its children `postgres: what they do`. */
const POSTGRES = /(^|\/)postgres(:|\s|$)/;

/**
 * Pids of living PostgreSQL processes whose working folder is `folder`: a postmaster and all its children, but not a
 * person's shell. Empty without /proc.
 */
export async function postgresIn(folder: string): Promise<number[]> {
  if (!HAS_PROC) return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found: number[] = [];
  for (const pid of pids) {
    if ((await folderOf(pid)) !== folder) continue;
    const facts = await processFacts(pid);
    if (facts !== undefined && !facts.zombie && POSTGRES.test(facts.command)) found.push(pid);
  }
  return found;
}

/** True when `condition` came to hold within `patienceMs`. */
export async function comesTrue(condition: () => Promise<boolean>, patienceMs: number): Promise<boolean> {
  const giveUpAt = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) return false;
    await sleep(LOOK_MS);
  }
  return true;
}
