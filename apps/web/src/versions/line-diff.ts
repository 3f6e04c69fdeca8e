export type DiffLine =
  | { readonly kind: 'same' | 'added' | 'removed'; readonly text: string }
  /** Lines that are equal and far from any change. */
  | { readonly kind: 'skipped'; readonly lines: number };

/** Equal lines shown on each side of a change. */
const AROUND = 2;
/** Most cells of the table in which the longest common part is looked for; beyond, the whole middle counts as changed. */
const MOST_CELLS = 4_000_000;

/** What differs of two texts, line by line, with what stands around it. Pure. */
export function lineDiff(from: string, to: string): readonly DiffLine[] {
  const [a, b] = [from.split('\n'), to.split('\n')];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind: 'same', text }));
  return folded([
    ...same(a.slice(0, start)),
    ...middleDiff(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...same(a.slice(a.length - end)),
  ]);
}

function middleDiff(a: readonly string[], b: readonly string[]): DiffLine[] {
  const removed = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind: 'removed', text }));
  const added = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind: 'added', text }));
  if (a.length * b.length === 0 || a.length * b.length > MOST_CELLS) return [...removed(a), ...added(b)];
  // longest[i * width + j]: how long the longest common part of a from i on and b from j on is.
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const [mine = '', theirs = ''] = [a[i], b[j]];
    if (mine === theirs) {
      lines.push({ kind: 'same', text: mine });
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      lines.push({ kind: 'removed', text: mine });
      i += 1;
    } else {
      lines.push({ kind: 'added', text: theirs });
      j += 1;
    }
  }
  return [...lines, ...removed(a.slice(i)), ...added(b.slice(j))];
}

function folded(lines: readonly DiffLine[]): DiffLine[] {
  const isNear = lines.map((_, index) => lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(isChange));
  const result: DiffLine[] = [];
  for (const [index, line] of lines.entries()) {
    const last = result.at(-1);
    if (isNear[index] === true) result.push(line);
    else if (last?.kind === 'skipped') result[result.length - 1] = { kind: 'skipped', lines: last.lines + 1 };
    else result.push({ kind: 'skipped', lines: 1 });
  }
  return result;
}

function isChange({ kind }: DiffLine): boolean {
  return kind === 'added' || kind === 'removed';
}
