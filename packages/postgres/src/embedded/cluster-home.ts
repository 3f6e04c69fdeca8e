import { createHash, randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readFile,
  readdir,
  realpath,
  rm,
  rmdir,
  stat,
  statfs,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PostgresFailure } from './postgres-failure.ts';
import { canBecome, canReach, decideRunAs, namedUid, namespacesAllowed, readPasswd, systemUser } from './run-as.ts';
import type { RunAs } from './run-as.ts';

/**
 * Where a cluster lives. `folder` is the one asked for and holds our own files; `home` holds everything the server must
 * reach (`data`, copied binaries) and differs from it only when the server's user cannot get to `folder`.
 */
export type ClusterHome = {
  readonly folder: string;
  readonly home: string;
  /** PGDATA, without symlinks. */
  readonly data: string;
  /** The major version that wrote `data`, undefined when there is no cluster yet. */
  readonly major: number | undefined;
  readonly runAs: RunAs;
};

/** Bytes a new cluster and its first write-ahead log need. */
const SPACE_NEEDED_BYTES = 200 * 1024 * 1024;
/** Longest path of a Unix socket, in bytes, everywhere (Linux 107, macOS 103). */
const SOCKET_PATH_BYTES = 103;
/** Root's place for what cannot lie beside the data. */
export const ELSEWHERE = '/var/lib/elira-postgres';

/** Finds or prepares the folder of a cluster and decides as whom it runs. Call under the start lock. */
export async function prepareHome(folder: string, onProgress: (line: string) => void): Promise<ClusterHome> {
  const data = await realpath(join(folder, 'data')).catch(() => undefined);
  const major = data === undefined ? undefined : await majorOf(data);
  const uid = process.getuid?.() ?? -1;
  const passwd = await readPasswd();
  const clusterOwner = data === undefined ? undefined : (await stat(data)).uid;
  const candidate = uid === 0 && (clusterOwner ?? 0) === 0 ? await systemUser(onProgress) : undefined;
  const user = candidate !== undefined && (await canBecome(candidate)) ? candidate : undefined;
  const { runAs, relocate } = decideRunAs({
    uid,
    clusterOwner,
    user,
    userReachesFolder: user !== undefined && (await canReach({ kind: 'user', ...user }, folder)),
    namespaces: uid === 0 && (await namespacesAllowed(namedUid(passwd))),
    passwd,
  });
  if (data !== undefined) return { folder, home: dirname(data), data, major, runAs };
  await requireSpace(folder);
  if (!relocate) return { folder, home: folder, data: join(folder, 'data'), major, runAs };
  const home = await moveElsewhere(folder, onProgress);
  return { folder, home, data: join(home, 'data'), major, runAs };
}

/** Creates the folder where absent. Throws `folder_not_writable`. */
export async function openFolder(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o711 });
    const found = await stat(folder);
    // An empty folder of root's is ours to open for passage; what lies in it stays closed.
    if (process.getuid?.() === 0 && found.uid === 0 && (await readdir(folder)).length === 0) await chmod(folder, 0o711);
    const probe = join(folder, `.probe-${process.pid}-${randomBytes(4).toString('hex')}`);
    await writeFile(probe, '');
    await unlink(probe);
    return await realpath(folder);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const full = /ENOSPC|EDQUOT/.test(reason);
    throw new PostgresFailure(
      full ? 'disk_full' : 'folder_not_writable',
      full
        ? `There is no space left for the data folder ${folder}.`
        : `The data folder ${folder} cannot be written to (${reason}).`,
      'Choose another folder with ELIRA_DATA, or set DATABASE_URL to a PostgreSQL (14 or newer) of your own.',
      { cause },
    );
  }
}

async function majorOf(data: string): Promise<number | undefined> {
  try {
    return Number((await readFile(join(data, 'PG_VERSION'), 'utf8')).trim());
  } catch {
    throw new PostgresFailure(
      'folder_not_writable',
      `${data} is not a PostgreSQL data folder, or may not be read.`,
      'Move it away (a new one is made at the next start), or choose another folder with ELIRA_DATA.',
    );
  }
}

async function requireSpace(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= SPACE_NEEDED_BYTES) return;
  throw new PostgresFailure(
    'disk_full',
    `A new database needs ${SPACE_NEEDED_BYTES / 1024 / 1024} MB, and the disk of ${folder} has ${Math.floor((bavail * bsize) / 1024 / 1024)} MB left.`,
    'Free some space, or choose a folder on another disk with ELIRA_DATA.',
  );
}

async function moveElsewhere(folder: string, onProgress: (line: string) => void): Promise<string> {
  const home = join(ELSEWHERE, randomBytes(6).toString('hex'));
  await mkdir(home, { recursive: true, mode: 0o711 });
  await rm(join(folder, 'data'), { force: true });
  await symlink(join(home, 'data'), join(folder, 'data'));
  onProgress(`The database goes to ${home}, because PostgreSQL's user cannot enter ${folder}`);
  return home;
}

/** Makes `path` belong to the user that the server runs as. */
export async function giveTo(runAs: RunAs, path: string): Promise<void> {
  if (runAs.kind === 'user') await chown(path, runAs.uid, runAs.gid);
}

/**
 * A short folder for the socket, open to the server's user alone (the socket itself asks for no password). The name is
 * derived from the data folder, so that a next start finds what a crash left behind; one that somebody else occupies is
 * passed over.
 */
export async function openSocketFolder(home: ClusterHome): Promise<string> {
  const owner = home.runAs.kind === 'user' ? home.runAs.uid : (process.getuid?.() ?? -1);
  const name = `elira-${createHash('sha256').update(`${owner} ${home.data}`).digest('hex').slice(0, 12)}`;
  for (const base of [...new Set([tmpdir(), '/tmp', '/var/tmp'])]) {
    for (const suffix of ['', `-${randomBytes(3).toString('hex')}`]) {
      const path = join(base, `${name}${suffix}`);
      if (Buffer.byteLength(join(path, '.s.PGSQL.65535')) > SOCKET_PATH_BYTES) continue;
      if (await claimSocketFolder(home.runAs, path, owner)) return path;
    }
  }
  throw new PostgresFailure(
    'folder_not_writable',
    `No short folder for PostgreSQL's socket could be made in ${tmpdir()}, /tmp or /var/tmp (a socket's path has at most ${SOCKET_PATH_BYTES} bytes).`,
    'Set TMPDIR to a writable folder with a short name.',
  );
}

async function claimSocketFolder(runAs: RunAs, path: string, owner: number): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    await giveTo(runAs, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) return false;
  }
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || !found.isDirectory() || found.uid !== owner || (found.mode & 0o077) !== 0) return false;
  // A temporary folder may itself be closed to the server's user.
  return await canReach(runAs, path);
}

/** With the socket that a killed server left in it. */
export async function removeSocketFolder(path: string): Promise<void> {
  for (const name of await readdir(path).catch(() => [])) {
    if (name.startsWith('.s.PGSQL.')) await unlink(join(path, name)).catch(() => undefined);
  }
  await rmdir(path).catch(() => undefined);
}
