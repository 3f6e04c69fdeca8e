import { diff3Merge } from 'node-diff3';

/**
 * Merging what two people made of one text, by blocks: a block is a run of lines without an empty one between, that is a paragraph, a
 * list, a heading, and what lies between two blocks is one as well. Blocks that only one of them touched are taken from that one; where
 * both touched the same, or blocks side by side, somebody has to decide.
 */

/** Most blocks of one text. Finding what is common takes time that grows with their square. */
export const MERGED_BLOCKS = 4_000;

/** The merged text, or undefined where both changed the same. Pure. */
export function mergeText(base: string, theirs: string, yours: string): string | undefined {
  const [original, a, b] = [blocksOf(base), blocksOf(yours), blocksOf(theirs)];
  if (Math.max(original.length, a.length, b.length) > MERGED_BLOCKS) return undefined;
  const merged: string[] = [];
  for (const { ok, conflict } of diff3Merge(a, original, b)) {
    if (conflict !== undefined) return undefined;
    merged.push(...(ok ?? []));
  }
  return merged.join('');
}

/** Joined, they are the text again. Pure. */
export function blocksOf(text: string): string[] {
  return text.split(/((?:^|(?<=\n))(?:[^\S\n]*\n)+)/).filter((block) => block !== '');
}
