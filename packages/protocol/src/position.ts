/**
 * A position: which transactions a snapshot of PostgreSQL contains, as `pg_current_snapshot()` tells it.
 *
 * Every xid below `xmin` is contained, every xid from `xmax` on is not, and of those between only the ones that are not
 * listed in `xip`. Positions of one primary within one epoch are ordered by inclusion (SPEC A1). 64-bit xids throughout.
 */
export type Position = {
  readonly xmin: bigint;
  readonly xmax: bigint;
  /** Transactions that were running, ascending, each in `[xmin, xmax)`. */
  readonly xip: readonly bigint[];
};

/** Reads PostgreSQL's text form `xmin:xmax:xip,xip,…`. */
export function parsePosition(text: string): Position {
  const match = /^(\d+):(\d+):((?:\d+(?:,\d+)*)?)$/.exec(text);
  if (match === null) throw new RangeError('not a pg_snapshot');
  const [, xmin = '', xmax = '', list = ''] = match;
  const xip = list === '' ? [] : list.split(',').map(BigInt);
  return makePosition(BigInt(xmin), BigInt(xmax), xip);
}

/** A position from its parts; refuses parts that contradict each other. */
export function makePosition(xmin: bigint, xmax: bigint, xip: readonly bigint[]): Position {
  if (xmin < 0n || xmax < xmin) throw new RangeError('a position needs 0 <= xmin <= xmax');
  let previous = xmin - 1n;
  for (const xid of xip) {
    if (xid <= previous || xid >= xmax) throw new RangeError('running transactions ascend within [xmin, xmax)');
    previous = xid;
  }
  return { xmin, xmax, xip };
}

/** PostgreSQL's text form of a position. */
export function formatPosition({ xmin, xmax, xip }: Position): string {
  return `${xmin}:${xmax}:${xip.join(',')}`;
}

/** Whether the transaction `xid` is contained in the position. */
export function sees(position: Position, xid: bigint): boolean {
  if (xid < position.xmin) return true;
  if (xid >= position.xmax) return false;
  return !includesSorted(position.xip, xid);
}

/** Whether every transaction contained in `inner` is contained in `outer`. */
export function contains(outer: Position, inner: Position): boolean {
  if (outer === inner) return true;
  for (const xid of outer.xip) {
    if (xid >= inner.xmax) break;
    if (sees(inner, xid)) return false;
  }
  if (inner.xmax <= outer.xmax) return true;
  const unseen = inner.xmax - outer.xmax;
  if (unseen > BigInt(inner.xip.length)) return false;
  for (let xid = outer.xmax; xid < inner.xmax; xid += 1n) if (sees(inner, xid)) return false;
  return true;
}

/** Whether two positions contain the same transactions in the same form. */
export function samePosition(a: Position, b: Position): boolean {
  return a.xmin === b.xmin && a.xmax === b.xmax && a.xip.length === b.xip.length && a.xip.every((xid, i) => xid === b.xip[i]);
}

function includesSorted(list: readonly bigint[], wanted: bigint): boolean {
  let low = 0;
  let high = list.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const value = list[middle] as bigint;
    if (value === wanted) return true;
    if (value < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
