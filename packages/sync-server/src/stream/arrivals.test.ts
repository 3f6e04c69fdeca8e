import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Arrivals } from './arrivals.ts';

let arrivals: Arrivals;
let groups: number[][] = [];
let now = 0;

beforeEach(() => {
  vi.useFakeTimers();
  arrivals = new Arrivals();
  groups = [];
  now = 1_000;
});
afterEach(() => void vi.useRealTimers());

/** One who comes; who is let in in the same moment is one group. */
async function come(who: number): Promise<void> {
  let isIn = false;
  const entered = arrivals.turn(now).then(() => {
    isIn = true;
    const group = groups.find(([at]) => at === Date.now());
    if (group === undefined) groups.push([Date.now(), who]);
    else group.push(who);
  });
  await Promise.resolve();
  await Promise.resolve();
  if (isIn) await entered;
}

async function passMs(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  now += ms;
}

const sizes = (): number[] => groups.map(([, ...who]) => who.length);

test('S15 who comes alone does not wait, however long it goes on', async () => {
  for (let who = 0; who < 200; who += 1) {
    await come(who);
    expect(sizes().length).toBe(who + 1);
    await passMs(11);
  }
});

test('S15 a crowd is let in together, soon, and in groups that are not too large', async () => {
  for (let who = 0; who < 20; who += 1) await come(who);
  expect(sizes()).toEqual([20]);
  for (let who = 20; who < 120; who += 1) await come(who);
  expect(sizes(), 'the others wait for one another').toEqual([20]);
  await passMs(20);
  expect(sizes()).toEqual([20, 100]);
  await passMs(1);
  for (let who = 120; who < 420; who += 1) await come(who);
  expect(sizes()).toEqual([20, 100, 250]);
  await passMs(20);
  expect(sizes()).toEqual([20, 100, 250, 50]);
});

test('S15 a crowd that goes on coming is not waited for until it ends', async () => {
  for (let who = 0; who < 20; who += 1) await come(who);
  for (let who = 20; who < 44; who += 1) {
    await come(who);
    await passMs(5);
  }
  expect(sizes()).toEqual([20, 20]);
  await passMs(100);
  expect(sizes()).toEqual([20, 20, 4]);
});

test('S15 when the crowd has gone, who comes alone does not wait again', async () => {
  for (let who = 0; who < 100; who += 1) await come(who);
  await passMs(2_000);
  const before = sizes().length;
  await come(100);
  expect(sizes().length).toBe(before + 1);
});
