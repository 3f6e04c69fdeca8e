import { contains, type Position } from '@elira/protocol';

/**
 * Positions in groups, the oldest first in each, which all others of its group contain. Positions of one history are ordered, so that
 * they are one group; those that were rounded down need not be. Pure.
 */
export function inGroups(positions: readonly Position[]): Position[][] {
  const groups: Position[][] = [];
  let left = positions.toSorted(byAge);
  while (left.length > 0) {
    const [oldest, ...others] = left as [Position, ...Position[]];
    const together = others.filter((position) => contains(position, oldest));
    groups.push([oldest, ...together]);
    const taken = new Set(together);
    left = others.filter((position) => !taken.has(position));
  }
  return groups;
}

function byAge(a: Position, b: Position): number {
  if (a.xmax !== b.xmax) return a.xmax < b.xmax ? -1 : 1;
  return b.xip.length - a.xip.length;
}
