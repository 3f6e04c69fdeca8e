import { copyFile, chmod, lchown, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Copies a cluster's files with their owners and modes, while the server may be at work on them: files that go away in the
 * meantime are passed over, as a base backup does. `skip` names files and folders at the top.
 */
export async function copyDataFolder(from: string, to: string, skip: ReadonlySet<string> = new Set()): Promise<void> {
  const found = await lstat(from).catch(absent);
  if (found === undefined) return;
  if (found.isDirectory()) {
    await mkdir(to, { mode: 0o700 });
    for (const name of await readdir(from)) {
      if (!skip.has(name)) await copyDataFolder(join(from, name), join(to, name));
    }
  } else if (found.isSymbolicLink()) {
    await symlink(await readlink(from), to);
  } else if (!found.isFile() || (await copyFile(from, to).then(done, absent)) === undefined) {
    return;
  }
  if (process.getuid?.() === 0) await lchown(to, found.uid, found.gid);
  if (!found.isSymbolicLink()) await chmod(to, found.mode & 0o777);
}

function done(): true {
  return true;
}

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
