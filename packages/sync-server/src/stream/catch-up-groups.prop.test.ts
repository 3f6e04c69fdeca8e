import fc from 'fast-check';
import { contains, makePosition, type Position } from '@elira/protocol';
import { expect, test } from 'vitest';
import { inGroups } from './catch-up-groups.ts';

const position = fc
  .tuple(fc.integer({ min: 3, max: 30 }), fc.array(fc.integer({ min: 3, max: 40 }), { maxLength: 4 }))
  .map(([xmax, running]): Position => {
    const xip = [...new Set(running.filter((xid) => xid < xmax))].toSorted((a, b) => a - b).map(BigInt);
    return makePosition(xip[0] ?? BigInt(xmax), BigInt(xmax), xip);
  });

test('S13 every position is in one group, whose first all others contain', () => {
  fc.assert(
    fc.property(fc.array(position, { maxLength: 20 }), (positions) => {
      const groups = inGroups(positions);
      expect(groups.flat()).toHaveLength(positions.length);
      expect(new Set(groups.flat())).toEqual(new Set(positions));
      for (const [oldest, ...others] of groups)
        for (const other of others) expect(contains(other, oldest as Position)).toBe(true);
    }),
  );
});

test('S13 positions of one history are one group', () => {
  const history = [
    makePosition(5n, 9n, [5n, 7n]),
    makePosition(7n, 9n, [7n]),
    makePosition(7n, 12n, [7n]),
    makePosition(12n, 12n, []),
  ];
  expect(inGroups(history.toReversed())).toEqual([history]);
});
