import { sequenceDiff } from '../difference/sequence-diff.ts';

export type DiffLine =
  | { readonly kind: 'same' | 'added' | 'removed'; readonly text: string }
  /** Lines that are equal and far from any change. */
  | { readonly kind: 'skipped'; readonly lines: number };

/** Equal lines shown on each side of a change. */
const AROUND = 2;
/** What differs of two texts, line by line, with what stands around it. Pure. */
export function lineDiff(from: string, to: string): readonly DiffLine[] {
  return folded(sequenceDiff(from.split('\n'), to.split('\n')).map(({ kind, item }): DiffLine => ({ kind, text: item })));
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
