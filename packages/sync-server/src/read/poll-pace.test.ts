import { expect, test } from 'vitest';
import { BUSY_MS, IDLE_MS, nextPollDelay } from './poll-pace.ts';

const quiet = { sinceChange: 60_000, listenerAlive: true };

/** Delays of reads one after another. */
function delays(count: number, state: (read: number) => { sinceChange: number; listenerAlive: boolean }): number[] {
  const found: number[] = [];
  for (let read = 0; read < count; read += 1) found.push(nextPollDelay({ ...state(read), previousDelay: found.at(-1) ?? 0 }));
  return found;
}

test('R5 polling slows down to the idle pace when nothing happens and the listener is alive, and no further', () => {
  const found = delays(20, () => quiet);
  expect(found[0]).toBe(BUSY_MS);
  expect(found).toEqual(found.toSorted((a, b) => a - b));
  expect(found.at(-1)).toBe(IDLE_MS);
  expect(found.indexOf(IDLE_MS)).toBeLessThan(10);
});

test('R5 it stays at the busy pace while the listener is not proven alive, however quiet it is', () => {
  expect(new Set(delays(20, () => ({ ...quiet, listenerAlive: false })))).toEqual(new Set([BUSY_MS]));
  expect(delays(20, (read) => ({ ...quiet, listenerAlive: read !== 10 }))[10]).toBe(BUSY_MS);
});

test('R5 it stays at the busy pace for a while after a change, and returns to it with the next', () => {
  expect(nextPollDelay({ sinceChange: 0, listenerAlive: true, previousDelay: IDLE_MS })).toBe(BUSY_MS);
  expect(nextPollDelay({ sinceChange: 999, listenerAlive: true, previousDelay: IDLE_MS })).toBe(BUSY_MS);
  expect(nextPollDelay({ sinceChange: 1000, listenerAlive: true, previousDelay: IDLE_MS })).toBe(IDLE_MS);
  expect(nextPollDelay({ sinceChange: Number.POSITIVE_INFINITY, listenerAlive: true, previousDelay: 0 })).toBe(BUSY_MS);
});
