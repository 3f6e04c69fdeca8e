import { diff3Merge } from 'node-diff3';
import { commonAnchors } from './common-anchors.ts';

/**
 * Merging what two people made of one text, by blocks: a block is a run of lines without an empty one between, that is a paragraph, a
 * list, a heading, and what lies between two blocks is one as well. Blocks that only one of them touched are taken from that one; where
 * both touched the same, somebody has to decide.
 *
 * Blocks that stand once in all three texts, in the same order, cut them into stretches that are merged one by one: finding what is
 * common takes time that grows with the cube of what is equal.
 */

/** Most steps for one stretch; above it, which takes hundreds of equal blocks side by side, people decide. About 100 ms. */
const MERGE_STEPS = 20_000_000;

/** The merged text, or undefined where both changed the same. Pure. */
export function mergeText(base: string, theirs: string, yours: string): string | undefined {
  const texts = [blocksOf(base), blocksOf(yours), blocksOf(theirs)] as const;
  let from: readonly [number, number, number] = [0, 0, 0];
  const merged: string[] = [];
  const ends = [...commonAnchors(...texts), [texts[0].length, texts[1].length, texts[2].length] as const];
  for (const to of ends) {
    const [original, a, b] = texts.map((blocks, which) => blocks.slice(from[which], to[which]));
    const stretch = mergeStretch(original ?? [], a ?? [], b ?? []);
    if (stretch === undefined) return undefined;
    merged.push(...stretch, ...texts[0].slice(to[0], to[0] + 1));
    from = [to[0] + 1, to[1] + 1, to[2] + 1];
  }
  return merged.join('');
}

function mergeStretch(original: string[], a: string[], b: string[]): readonly string[] | undefined {
  if (isSame(a, b) || isSame(original, b)) return a;
  if (isSame(original, a)) return b;
  if (steps(original, a) + steps(original, b) > MERGE_STEPS) return undefined;
  const merged: string[] = [];
  for (const { ok, conflict } of diff3Merge(a, original, b)) {
    if (conflict !== undefined) return undefined;
    merged.push(...(ok ?? []));
  }
  return merged;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((block, index) => block === b[index]);
}

/** What comparing the two takes at most: pairs of equal blocks, times the length of what they have in common. */
function steps(a: readonly string[], b: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const block of a) counts.set(block, (counts.get(block) ?? 0) + 1);
  const pairs = b.reduce((sum, block) => sum + (counts.get(block) ?? 0), 0);
  return pairs * Math.min(a.length, b.length);
}

/** Joined, they are the text again. Pure. */
export function blocksOf(text: string): string[] {
  return text.split(/((?:^|(?<=\n))(?:[^\S\n]*\n)+)/).filter((block) => block !== '');
}
