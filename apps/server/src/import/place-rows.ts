import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing';

/** One of several siblings, in the order of the folder. */
export type Sibling = {
  readonly id: string;
  /** Where it stood in the folder when it was last imported; undefined for a new one. */
  readonly before: number | undefined;
};

/**
 * Positions for siblings of a folder that need one: new ones stand after what they follow in the folder, and the others stay where they
 * are, so that what authors moved in Elira stays moved. Where the folder itself has another order than before, all get new positions.
 * `present` holds the positions of every row there is, the authors' own included. Pure.
 */
export function placeRows(siblings: readonly Sibling[], present: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const known = siblings.filter(({ id, before }) => before !== undefined && present.has(id)).map(({ before }) => before ?? 0);
  const isSameOrder = known.every((place, index) => index === 0 || place > (known[index - 1] ?? 0));
  return (isSameOrder ? between(siblings, present) : undefined) ?? anew(siblings, present);
}

/** Undefined where a position was written by hand that is none. */
function between(siblings: readonly Sibling[], present: ReadonlyMap<string, string>): ReadonlyMap<string, string> | undefined {
  const given = new Map<string, string>();
  const all = [...present.values()];
  let last: string | null = null;
  for (const { id } of siblings) {
    let position = present.get(id);
    if (position === undefined) {
      const after: string | null = last;
      const next = all.reduce<string | null>(
        (least, one) => ((after === null || one > after) && (least === null || one < least) ? one : least),
        null,
      );
      try {
        position = generateKeyBetween(after, next);
      } catch {
        return undefined;
      }
      given.set(id, position);
      all.push(position);
    }
    last = position;
  }
  return given;
}

function anew(siblings: readonly Sibling[], present: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const keys = generateNKeysBetween(null, null, siblings.length);
  const pairs = siblings.map(({ id }, index): [string, string] => [id, keys[index] ?? '']);
  return new Map(pairs.filter(([id, position]) => present.get(id) !== position));
}
