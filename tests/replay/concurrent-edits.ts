import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** One file that both sides of a real merge had changed, and what people made of it. */
export type ConcurrentEdit = Readonly<Record<'path' | 'base' | 'ours' | 'theirs' | 'merged', string>>;

/** Real edits at once of real files, where the data folder lies beside the checkout. */
export const REAL_CONCURRENT_EDITS = fileURLToPath(
  new URL('../../../shared/data/concurrent-edits/studio.jsonl', import.meta.url),
);

export async function readConcurrentEdits(path: string): Promise<readonly ConcurrentEdit[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as ConcurrentEdit);
}
