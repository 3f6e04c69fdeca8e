import { expect, test } from 'vitest';
import { provenAt } from './freshness.ts';

test('R9 reads count for as long as writes are seen, and from then on the last write does', () => {
  const at = (readAt: number, writeSeenAt: number): number => provenAt({ readAt, writeSeenAt, patienceMs: 15_000 });
  expect(at(100_000, 99_000)).toBe(100_000);
  expect(at(100_000, 85_000)).toBe(100_000);
  expect(at(100_001, 85_000)).toBe(85_000);
  expect(at(500_000, 85_000)).toBe(85_000);
});
