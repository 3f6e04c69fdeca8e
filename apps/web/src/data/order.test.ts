import { expect, test } from 'vitest';
import { byPosition, positionAt, type Placed } from './order.ts';

const rows = (...positions: string[]): Placed[] => positions.map((position, index) => ({ id: String(index), position }));

test('W5 a row that is moved stands where it was put, and no other row changes', () => {
  const others = rows('a0', 'a1', 'a2');
  for (let index = 0; index <= others.length; index += 1) {
    const moved = { id: 'moved', position: positionAt(others, index) };
    const order = [...others, moved].sort(byPosition).map(({ id }) => id);
    expect(order.indexOf('moved')).toBe(index);
  }
  expect(positionAt([], 0)).toBe('a0');
});

test('W5 rows that two authors appended at once share a position, have one order, and can be stood behind', () => {
  const others = rows('a0', 'a1', 'a1', 'a2');
  expect([...others].toReversed().sort(byPosition)).toEqual(others);
  const position = positionAt(others, 2);
  expect(position > 'a1' && position < 'a2').toBe(true);
  const close = positionAt(rows('a1', 'a1', 'a1G'), 1);
  expect(close > 'a1' && close < 'a1G').toBe(true);
  expect(positionAt(rows('?', '?'), 2) > '?').toBe(true);
});
