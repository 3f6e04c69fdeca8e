/** Where one block stands in each of three texts. */
export type Anchor = readonly [first: number, second: number, third: number];

/** Blocks that stand once in each of three texts, as many as are in the same order in all of them, in that order. Pure. */
export function commonAnchors(
  first: readonly string[],
  second: readonly string[],
  third: readonly string[],
): readonly Anchor[] {
  const [inFirst, inSecond, inThird] = [placesOf(first), placesOf(second), placesOf(third)];
  const common: Anchor[] = [];
  for (const [block, place] of inFirst) {
    const [b, c] = [inSecond.get(block), inThird.get(block)];
    if (place !== undefined && b !== undefined && c !== undefined) common.push([place, b, c]);
  }
  return longestRise(
    longestRise(common, (anchor) => anchor[1]),
    (anchor) => anchor[2],
  );
}

/** Each block with its place; undefined for one that stands there more than once. */
function placesOf(blocks: readonly string[]): Map<string, number | undefined> {
  const places = new Map<string, number | undefined>();
  blocks.forEach((block, place) => places.set(block, places.has(block) ? undefined : place));
  return places;
}

/** The longest subsequence whose values rise. */
function longestRise(anchors: readonly Anchor[], valueOf: (anchor: Anchor) => number): readonly Anchor[] {
  /** Per length, the rise of that length that ends lowest. */
  const lowest: Rise[] = [];
  for (const anchor of anchors) {
    const value = valueOf(anchor);
    let low = 0;
    let high = lowest.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((lowest[middle]?.value ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    lowest[low] = { anchor, value, before: lowest[low - 1] };
  }
  const rise: Anchor[] = [];
  for (let last = lowest.at(-1); last !== undefined; last = last.before) rise.push(last.anchor);
  return rise.toReversed();
}

type Rise = { readonly anchor: Anchor; readonly value: number; readonly before: Rise | undefined };
