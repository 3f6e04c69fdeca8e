import { expect, test } from 'vitest';
import { isCutOffNow } from './use-is-cut-off.ts';

test('W40 whoever is cut off is told so steadily, through every attempt to connect', () => {
  expect(isCutOffNow(false, 'connecting', true)).toBe(false);
  expect(isCutOffNow(false, 'connecting', false)).toBe(true);
  expect(isCutOffNow(false, 'waiting', true)).toBe(true);
  expect(isCutOffNow(true, 'connecting', true)).toBe(true);
  expect(isCutOffNow(true, 'idle', true)).toBe(true);
  expect(isCutOffNow(false, 'stopped', true)).toBe(false);
  expect(isCutOffNow(true, 'catching-up', true)).toBe(false);
  expect(isCutOffNow(true, 'live', false)).toBe(false);
});
