export type MiddleChange = { readonly from: number; readonly to: number; readonly insert: string };

/** Pure. The one stretch of `before` that must be replaced to make `after` of it; undefined when they are the same. */
export function changedMiddle(before: string, after: string): MiddleChange | undefined {
  if (before === after) return undefined;
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shortest - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}
