import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A copy of what is committed, with the dependencies of this checkout, in which a patch may do its harm. */
export type MutantTree = { readonly folder: string; readonly remove: () => void };

/** Most bytes of the archive of a commit. */
const ARCHIVE_BYTES = 256 * 1024 * 1024;
const OWN_SCOPE = '@elira';

export function createTree({ root, commit }: { readonly root: string; readonly commit: string }): MutantTree {
  const folder = mkdtempSync(join(tmpdir(), 'elira-mutant-'));
  const archive = execFileSync('git', ['archive', '--format=tar', commit], { cwd: root, maxBuffer: ARCHIVE_BYTES });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  linkDependencies(root, folder);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Applies a patch, or throws with what git says about it. */
export function applyPatch(tree: MutantTree, patch: string): void {
  execFileSync('git', ['apply', '-C1', patch], {
    cwd: tree.folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() },
  });
}

/** Other people's packages are shared; our own are the copy's. */
function linkDependencies(root: string, folder: string): void {
  const [from, to] = [join(root, 'node_modules'), join(folder, 'node_modules')];
  mkdirSync(join(to, OWN_SCOPE), { recursive: true });
  for (const name of readdirSync(from)) if (name !== OWN_SCOPE) symlinkSync(join(from, name), join(to, name));
  for (const group of ['packages', 'apps']) {
    for (const name of readdirSync(join(folder, group))) symlinkSync(join(folder, group, name), join(to, OWN_SCOPE, name));
  }
}
