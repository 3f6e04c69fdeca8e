import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { errorCode } from '../database/connection.ts';
import { OperatorError } from '../operator-error.ts';

/** A file of the folder that is to be imported. */
export type SourceFile = {
  /** Below the folder, with `/` between the parts. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly read: () => Promise<Buffer>;
};

export type Unused = { readonly path: string; readonly reason: string };

export type Folder = {
  /** The folder's own name. */
  readonly name: string;
  /** By path, sorted by it. */
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly unused: readonly Unused[];
};

/** Files that one folder may hold, and levels of folders in each other. */
const MOST_FILES = 20_000;
const MOST_LEVELS = 20;
/** Whatever is in there is not course content, and may be a great deal. */
const SKIPPED: ReadonlyMap<string, string> = new Map([
  ['node_modules', 'a folder of installed packages'],
  ['translations', 'a folder of translations'],
]);

/**
 * Everything below a folder. Links are followed as long as they stay within it. Throws `OperatorError` for what is no folder, a loop of
 * links, and for more than the limits.
 */
export async function readFolder(folder: string): Promise<Folder> {
  const root = await realpath(folder).catch((cause: unknown) => {
    throw new OperatorError(
      `There is no folder ${folder} (${errorCode(cause) ?? 'unreadable'}).`,
      'Name the folder of a course.',
      { cause },
    );
  });
  if (!(await stat(root)).isDirectory()) throw new OperatorError(`${folder} is no folder.`, 'Name the folder of a course.');
  const files = new Map<string, SourceFile>();
  const unused: Unused[] = [];
  const enter = async (below: string, real: string, above: readonly string[]): Promise<void> => {
    if (above.length > MOST_LEVELS)
      throw new OperatorError(`${below} lies more than ${MOST_LEVELS} folders deep.`, 'Import a folder that is flatter.');
    for (const name of (await readdir(real)).toSorted()) {
      const path = below === '' ? name : `${below}/${name}`;
      const skipped = name.startsWith('.') ? 'hidden' : SKIPPED.get(name);
      if (skipped !== undefined) {
        unused.push({ path, reason: skipped });
        continue;
      }
      const target = await followed(root, join(real, name), path);
      if (target === undefined) unused.push({ path, reason: 'a link that leads nowhere' });
      else if (!isWithin(root, target)) unused.push({ path, reason: 'a link that leads out of the folder' });
      else await take(path, target, [...above, real]);
    }
  };
  const take = async (path: string, target: string, above: readonly string[]): Promise<void> => {
    const found = await stat(target);
    if (found.isDirectory()) {
      if (above.includes(target))
        throw new OperatorError(`${path} is a link that leads back to where it is.`, 'Remove the link and import again.');
      await enter(path, target, above);
    } else if (found.isFile()) {
      if (files.size >= MOST_FILES)
        throw new OperatorError(`There are more than ${MOST_FILES} files.`, 'Import the folder of one course.');
      files.set(path, { path, size: found.size, read: () => readFile(target) });
    } else {
      unused.push({ path, reason: 'neither a file nor a folder' });
    }
  };
  await enter('', root, []);
  return { name: basename(root), files, unused };
}

/** Where a path really leads; undefined where that is nowhere. */
async function followed(root: string, at: string, path: string): Promise<string | undefined> {
  try {
    return await realpath(at);
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    const why =
      errorCode(cause) === 'ELOOP' ? 'is a loop of links' : `cannot be read (${errorCode(cause) ?? 'for no known reason'})`;
    throw new OperatorError(`${path} ${why}.`, `Mend it in ${root} and import again.`, { cause });
  }
}

function isWithin(root: string, target: string): boolean {
  return target === root || target.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
}
