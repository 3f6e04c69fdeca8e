import { expect, test } from 'vitest';
import type { FaultContext } from './fault.ts';
import { strikeUntilStruck } from './strike-until-struck.ts';

test.each([
  [1, 1],
  [3, 3],
  [4, 3],
])('a strike that would hit at its time %i is made %i times', async (hitsAt, made) => {
  let times = 0;
  const written: string[] = [];
  const context = { history: { write: ({ kind }: { kind: string }) => written.push(kind) }, say: () => undefined };
  await strikeUntilStruck(
    {
      name: 'a fault',
      place: 'at rest',
      strike: async ({ history }) => {
        times += 1;
        if (times === hitsAt) history.write({ kind: 'fault', name: 'a fault', proof: {} });
      },
    },
    context as unknown as FaultContext,
  );
  expect(times).toBe(made);
  expect(written).toEqual(hitsAt <= 3 ? ['fault'] : []);
});
