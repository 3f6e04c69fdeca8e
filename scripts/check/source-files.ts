import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders that hold nothing written by hand. */
const GENERATED = new Set(['node_modules', 'dist', '.git', '.elira', '.cache', 'coverage']);

/** Every file of the tree under `root` that a person wrote, as paths with forward slashes relative to it, sorted. */
export async function sourceFiles(root: string): Promise<string[]> {
  const found: string[] = [];
  const waiting = [''];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !GENERATED.has(entry.name)) waiting.push(path);
      else if (entry.isFile() && !entry.name.endsWith('.tsbuildinfo')) found.push(path);
    }
  }
  return found.sort();
}
