import { expect, test } from 'vitest';
import { Lanes } from './lanes.ts';

function gate(): { readonly wait: () => Promise<void>; readonly open: () => void } {
  const waiting: (() => void)[] = [];
  return {
    wait: () => new Promise((resolve) => waiting.push(resolve)),
    open: () => {
      for (const go of waiting.splice(0)) go();
    },
  };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('so many at a time, in their order, until all are done', async () => {
  const [begun, work] = [[] as number[], gate()];
  const lanes = new Lanes([1, 2, 3], 2, async (one) => {
    begun.push(one);
    await work.wait();
  });
  await turn();
  expect(begun).toEqual([1, 2]);
  work.open();
  await turn();
  expect(begun).toEqual([1, 2, 3]);
  work.open();
  await lanes.done;
});

test('a pause begins when nothing is under way, and nothing begins in it', async () => {
  const [begun, work] = [[] as number[], gate()];
  const lanes = new Lanes([1, 2, 3], 1, async (one) => {
    begun.push(one);
    await work.wait();
  });
  await turn();
  let paused = false;
  const pausing = lanes.pause().then(() => void (paused = true));
  await turn();
  expect(paused).toBe(false);
  work.open();
  await pausing;
  await turn();
  expect(begun).toEqual([1]);
  lanes.resume();
  await turn();
  expect(begun).toEqual([1, 2]);
});
