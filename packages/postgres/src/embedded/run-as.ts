import { execFile, spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { PostgresFailure } from './postgres-failure.ts';

/**
 * As whom PostgreSQL runs; it refuses to run as root.
 * - `self`: the process is nobody special;
 * - `user`: root steps down to an unprivileged user;
 * - `namespace`: a user namespace in which the present uid bears another number. Files stay the present user's.
 */
export type RunAs =
  | { readonly kind: 'self' }
  | { readonly kind: 'user'; readonly uid: number; readonly gid: number; readonly name: string }
  | { readonly kind: 'namespace'; readonly shownUid: number };

export type PasswdEntry = { readonly name: string; readonly uid: number; readonly gid: number };

/** The system user that is created where root has none to step down to. */
export const SYSTEM_USER = 'elira-postgres';

/** Pure. */
export function parsePasswd(text: string): PasswdEntry[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', , uid, gid] = line.split(':');
    const entry = { name, uid: Number(uid), gid: Number(gid) };
    return name !== '' && Number.isInteger(entry.uid) && Number.isInteger(entry.gid) ? [entry] : [];
  });
}

export async function readPasswd(): Promise<PasswdEntry[]> {
  try {
    return parsePasswd(await readFile('/etc/passwd', 'utf8'));
  } catch {
    return [];
  }
}

/** The system user, created when absent; undefined where that is not possible (no useradd, /etc read-only, no rights). */
export async function systemUser(onProgress: (line: string) => void): Promise<PasswdEntry | undefined> {
  const present = (await readPasswd()).find((entry) => entry.name === SYSTEM_USER);
  if (present !== undefined) return present;
  onProgress(`Creating the system user ${SYSTEM_USER} (PostgreSQL refuses to run as root)`);
  const created =
    (await succeeds('useradd', [
      '--system',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/usr/sbin/nologin',
      SYSTEM_USER,
    ])) || (await succeeds('adduser', ['-S', '-D', '-H', '-s', '/sbin/nologin', SYSTEM_USER]));
  const entry = (await readPasswd()).find((candidate) => candidate.name === SYSTEM_USER);
  // Another process may have created it in the meantime, so the list decides, not the exit code.
  if (entry === undefined && !created) return undefined;
  return entry;
}

/** A uid that has a name, to be shown inside a namespace: initdb looks its own name up. */
export function namedUid(passwd: readonly PasswdEntry[]): number {
  return (
    passwd.find((entry) => entry.uid >= 1000 && entry.uid < 60_000)?.uid ?? passwd.find((entry) => entry.uid > 0)?.uid ?? 1000
  );
}

/** Whether this system lets us make user namespaces (containers often do not). */
export function namespacesAllowed(shownUid: number): Promise<boolean> {
  return succeeds('unshare', ['--user', `--map-user=${shownUid}`, 'true']);
}

/** True when `runAs` can get to `path` and enter or execute it. Tried rather than computed: ACLs and mounts count too. */
export async function canReach(runAs: RunAs, path: string): Promise<boolean> {
  const child = spawnAs(runAs, '/bin/sh', ['-c', 'test -x "$1"', 'sh', path], { stdio: 'ignore' });
  return (await exitCode(child)) === 0;
}

/** Whether this process may become `user` at all (root in a container may have lost that right). */
export async function canBecome(user: PasswdEntry): Promise<boolean> {
  return await canReach({ kind: 'user', ...user }, '/');
}

/** Like `spawn`, as that user, from a folder everyone can enter. */
export function spawnAs(runAs: RunAs, command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const base: SpawnOptions = { cwd: '/', ...options };
  switch (runAs.kind) {
    case 'self':
      return spawn(command, args, base);
    case 'user':
      return spawn(command, args, { ...base, uid: runAs.uid, gid: runAs.gid });
    case 'namespace':
      return spawn('unshare', ['--user', `--map-user=${runAs.shownUid}`, command, ...args], base);
  }
}

/** The exit code, 128 when killed by a signal, 127 when it could not be started. */
export function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code ?? 128));
  });
}

function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => execFile(command, args, { timeout: 20_000 }, (error) => resolve(error === null)));
}

/** What was found out about the process and its data folder. */
export type Circumstances = {
  readonly uid: number;
  /** Owner of an existing cluster, undefined for a new one. */
  readonly clusterOwner: number | undefined;
  readonly user: PasswdEntry | undefined;
  /** Whether `user` can reach the folder the cluster is (to be) in. */
  readonly userReachesFolder: boolean;
  readonly namespaces: boolean;
  readonly passwd: readonly PasswdEntry[];
};
export type Decision = { readonly runAs: RunAs; readonly relocate: boolean };

/**
 * As whom to run, and whether the cluster must live outside the folder asked for because that user cannot get there
 * (a checkout under a 0700 home). Pure. Throws `no_unprivileged_user`, `folder_not_writable`.
 */
export function decideRunAs(found: Circumstances): Decision {
  const { uid, clusterOwner, user, passwd } = found;
  if (uid !== 0) {
    if (clusterOwner === undefined || clusterOwner === uid) return { runAs: { kind: 'self' }, relocate: false };
    throw new PostgresFailure(
      'folder_not_writable',
      `The data folder belongs to another user (uid ${clusterOwner}, this is ${uid}).`,
      'Run as that user, or choose another folder with ELIRA_DATA.',
    );
  }
  const namespace: Decision = { runAs: { kind: 'namespace', shownUid: namedUid(passwd) }, relocate: false };
  if (clusterOwner === 0 && found.namespaces) return namespace;
  if (clusterOwner !== undefined && clusterOwner !== 0) {
    const owner = passwd.find((entry) => entry.uid === clusterOwner) ?? {
      name: String(clusterOwner),
      uid: clusterOwner,
      gid: clusterOwner,
    };
    return { runAs: { kind: 'user', ...owner }, relocate: false };
  }
  if (user !== undefined && found.userReachesFolder) return { runAs: { kind: 'user', ...user }, relocate: false };
  if (found.namespaces) return namespace;
  if (user !== undefined) return { runAs: { kind: 'user', ...user }, relocate: true };
  throw new PostgresFailure(
    'no_unprivileged_user',
    'PostgreSQL refuses to run as root, and no unprivileged user could be created or borrowed here.',
    'Start Elira as an ordinary user, or set DATABASE_URL to a PostgreSQL (14 or newer) of your own.',
  );
}
