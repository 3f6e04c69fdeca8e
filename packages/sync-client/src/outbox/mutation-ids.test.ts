import { LIMITS } from '@elira/protocol';
import { expect, test } from 'vitest';
import { MutationIds } from './mutation-ids.ts';

const HOUR_MS = 3_600_000;
const NOON = Date.UTC(2026, 6, 1, 12);

test('K25 ids go on ascending when the clock jumps forth and back by as much as servers bear, and over a reload', () => {
  let wall = NOON;
  const ids = new MutationIds(() => wall);
  const made = [ids.next()];
  for (const hours of [0, 24, -24, 12, -12, 0.01]) {
    wall = NOON + Math.max(hours, 24 - LIMITS.mutationAheadHours) * HOUR_MS;
    made.push(ids.next(), ids.next());
  }
  expect(made.toSorted()).toEqual(made);
  const again = new MutationIds(() => NOON);
  again.follow(made.at(-1) ?? '');
  expect(again.next() > (made.at(-1) ?? '')).toBe(true);
});

test('K25 a clock that was ahead by more than servers bear is not followed', () => {
  const ids = new MutationIds(() => NOON);
  const far = new MutationIds(() => NOON + (LIMITS.mutationAheadHours + 1) * HOUR_MS).next();
  ids.follow(far);
  expect(ids.next() < far).toBe(true);
});
