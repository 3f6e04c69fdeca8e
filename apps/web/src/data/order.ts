import { generateKeyBetween } from 'fractional-indexing';

const byText = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Titles in the order a reader expects. */
export function byTitle(a: { readonly title: string }, b: { readonly title: string }): number {
  return byText.compare(a.title, b.title);
}

export type Placed = { readonly id: string; readonly position: string };

/** The order of a course: positions as COLLATE "C" has them, equal ones by id, on every screen alike. */
export function byPosition(a: Placed, b: Placed): number {
  if (a.position !== b.position) return a.position < b.position ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/**
 * Pure. A position for a row that is to stand at `index` among `others`, which are in order and do not hold the row itself. Others that
 * share one position cannot be parted: the row then stands after them.
 */
export function positionAt(others: readonly Placed[], index: number): string {
  const before = others[index - 1]?.position;
  const after = others.slice(index).find(({ position }) => before === undefined || position > before)?.position;
  try {
    return generateKeyBetween(before ?? null, after ?? null);
  } catch {
    // Whoever writes by SQL may put anything there; a longer text still sorts behind it.
    return before === undefined ? 'Zz' : `${before}V`;
  }
}
