import { diff3Merge } from 'node-diff3';
import { blocksOf } from './blocks-of.ts';
import { commonAnchors } from './common-anchors.ts';
import { narrowClash } from './narrow-clash.ts';
import { settleClash } from './settle-clash.ts';

/**
 * Merging what two people made of one text, by blocks: a block is a run of lines without an empty one between, that is a paragraph, a
 * list, a heading, and what lies between two blocks is one as well. Blocks that only one of them touched are taken from that one; where
 * both touched the same, somebody has to decide.
 *
 * In: the text both began with, and what each made of it. Out: the merged text in parts, in its order. The promise: joined, `base` or
 * `theirs` of the clashes and `theirs` of the rest is a text that differs from theirs in nothing but the clashes.
 *
 * Blocks that stand once in all three texts, in the same order, cut them into stretches that are merged one by one: finding what is
 * common takes time that grows with the cube of what is equal.
 */
export type MergePart = AgreedPart | ClashPart;

export type AgreedPart = {
  readonly kind: 'agreed';
  /** What both of them together have made of it, */
  readonly text: string;
  /** and what stands there in theirs. */
  readonly theirs: string;
};

/** What both have changed, each to something else. */
export type ClashPart = { readonly kind: 'clash'; readonly base: string; readonly theirs: string; readonly yours: string };

/** Most steps for one stretch; above it, which takes hundreds of equal blocks side by side, people decide. About 100 ms. */
const MERGE_STEPS = 20_000_000;

/** Pure. */
export function mergeParts(base: string, theirs: string, yours: string): readonly MergePart[] {
  const texts = [blocksOf(base), blocksOf(yours), blocksOf(theirs)] as const;
  let from: readonly [number, number, number] = [0, 0, 0];
  const parts: MergePart[] = [];
  const ends = [...commonAnchors(...texts), [texts[0].length, texts[1].length, texts[2].length] as const];
  for (const to of ends) {
    const [original, a, b] = texts.map((blocks, which) => blocks.slice(from[which], to[which]));
    parts.push(...mergeStretch(original ?? [], a ?? [], b ?? []));
    const anchor = texts[0][to[0]];
    if (anchor !== undefined) parts.push({ kind: 'agreed', text: anchor, theirs: anchor });
    from = [to[0] + 1, to[1] + 1, to[2] + 1];
  }
  return joined(parts);
}

function mergeStretch(original: string[], a: string[], b: string[]): readonly MergePart[] {
  if (isSame(a, b) || isSame(original, b)) return [agreed(a, b)];
  if (isSame(original, a)) return [agreed(b, b)];
  if (steps(original, a) + steps(original, b) > MERGE_STEPS) return [clash(original, b, a)];
  const parts: MergePart[] = [];
  /** Where their blocks go on after the last clash. */
  let place = 0;
  let merged: string[] = [];
  for (const { ok, conflict } of diff3Merge(a, original, b)) {
    merged.push(...(ok ?? []));
    if (conflict === undefined) continue;
    parts.push(agreed(merged, b.slice(place, conflict.bIndex)), ...mergeNarrow(conflict.o, conflict.a, conflict.b));
    place = conflict.bIndex + conflict.b.length;
    merged = [];
  }
  return [...parts, agreed(merged, b.slice(place))];
}

/** What is between two stable places. */
function mergeNarrow(original: readonly string[], a: readonly string[], b: readonly string[]): readonly MergePart[] {
  const { before, base, yours, theirs, after } = narrowClash({ base: original, yours: a, theirs: b });
  const settled = isSame(base, theirs) ? yours : isSame(base, yours) ? theirs : settleClash(base, yours, theirs);
  const middle = settled === undefined ? clash(base, theirs, yours) : agreed(settled, theirs);
  return [agreed(before, before), middle, agreed(after, after)];
}

function agreed(text: readonly string[], theirs: readonly string[]): MergePart {
  return { kind: 'agreed', text: text.join(''), theirs: theirs.join('') };
}

function clash(base: readonly string[], theirs: readonly string[], yours: readonly string[]): MergePart {
  return { kind: 'clash', base: base.join(''), theirs: theirs.join(''), yours: yours.join('') };
}

/** Agreed parts that follow each other are one; empty ones are none. */
function joined(parts: readonly MergePart[]): readonly MergePart[] {
  const result: MergePart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (part.kind === 'agreed' && part.text + part.theirs === '') continue;
    if (part.kind === 'agreed' && last?.kind === 'agreed') {
      result[result.length - 1] = { kind: 'agreed', text: last.text + part.text, theirs: last.theirs + part.theirs };
    } else result.push(part);
  }
  return result;
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
