import { expect, test } from 'vitest';
import { perDay } from './per-day.ts';

test('W21 a chart counts what falls on each of the last days', () => {
  const now = Date.parse('2026-03-03T12:00:00Z');
  const at = (text: string): number => Date.parse(text);
  const { days, counts } = perDay(
    [
      [at('2026-03-01T00:00:00Z'), at('2026-03-03T23:59:59Z'), at('2026-03-03T00:00:00Z'), at('2026-02-28T23:59:59Z')],
      [at('2026-03-04T00:00:00Z')],
    ],
    now,
    3,
  );
  expect(days.map((day) => new Date(day * 1000).toISOString().slice(0, 10))).toEqual([
    '2026-03-01',
    '2026-03-02',
    '2026-03-03',
  ]);
  expect(counts).toEqual([
    [1, 0, 2],
    [0, 0, 0],
  ]);
});
