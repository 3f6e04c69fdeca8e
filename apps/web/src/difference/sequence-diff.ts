export type DiffItem<T> = { readonly kind: 'same' | 'added' | 'removed'; readonly item: T };

/** Most cells of the table in which the longest common part is looked for; beyond, the whole middle counts as changed. */
const MOST_CELLS = 4_000_000;

/** What differs of two sequences: without what is added it is the first, without what is removed the second. Pure. */
export function sequenceDiff<T>(from: readonly T[], to: readonly T[]): readonly DiffItem<T>[] {
  let start = 0;
  while (start < from.length && start < to.length && from[start] === to[start]) start += 1;
  let end = 0;
  const left = Math.min(from.length, to.length) - start;
  while (end < left && from[from.length - 1 - end] === to[to.length - 1 - end]) end += 1;
  return [
    ...all('same', from.slice(0, start)),
    ...middleDiff(from.slice(start, from.length - end), to.slice(start, to.length - end)),
    ...all('same', from.slice(from.length - end)),
  ];
}

function all<T>(kind: DiffItem<T>['kind'], items: readonly T[]): DiffItem<T>[] {
  return items.map((item) => ({ kind, item }));
}

function middleDiff<T>(a: readonly T[], b: readonly T[]): DiffItem<T>[] {
  if (a.length * b.length === 0 || a.length * b.length > MOST_CELLS) return [...all('removed', a), ...all('added', b)];
  // longest[i * width + j]: how long the longest common part of a from i on and b from j on is.
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const items: DiffItem<T>[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const isSame = a[i] === b[j];
    const isRemoved = isSame || at(i + 1, j) >= at(i, j + 1);
    items.push(...all(isSame ? 'same' : isRemoved ? 'removed' : 'added', isRemoved ? a.slice(i, i + 1) : b.slice(j, j + 1)));
    if (isRemoved) i += 1;
    if (isSame || !isRemoved) j += 1;
  }
  return [...items, ...all('removed', a.slice(i)), ...all('added', b.slice(j))];
}
