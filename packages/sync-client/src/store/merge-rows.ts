import type { Row } from '@elira/protocol';

/**
 * What can be seen of one row that several scopes hold: the columns of all. Where two masks share a column their values
 * are equal, since a batch brings every scope to the same snapshot; the last one stands. One holder's row is passed on as
 * it is. Spread copies own fields only, so a column named `__proto__` is a column.
 */
export function mergeRows(rows: readonly (Row | undefined)[]): Row | undefined {
  const held = rows.filter((row) => row !== undefined);
  if (held.length <= 1) return held[0];
  return Object.freeze(held.reduce((merged, row) => ({ ...merged, ...row })));
}
