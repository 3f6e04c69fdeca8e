import { expect, test } from 'vitest';
import { byPosition } from '../data/order.ts';
import { partMove, moduleMove, type PlacedPart } from './outline-moves.ts';

const modules = [
  { id: 'm1', position: 'a0' },
  { id: 'm2', position: 'a1' },
];
const lesson = (id: string, moduleId: string, position: string): PlacedPart => ({ id, moduleId, position });
const lessons = [lesson('a', 'm1', 'a0'), lesson('b', 'm1', 'a1'), lesson('c', 'm2', 'a0')];

function after(id: string, direction: 'up' | 'down'): string {
  const move = partMove(modules, lessons, id, direction);
  const next = lessons.map((one) => (one.id === id ? { ...one, ...move } : one)).sort(byPosition);
  return modules
    .map((module) =>
      next
        .filter(({ moduleId }) => moduleId === module.id)
        .map((one) => one.id)
        .join(''),
    )
    .join(' ');
}

test('W5 a lesson goes by one step, and over the end of its module into the next', () => {
  expect([after('a', 'down'), after('b', 'up')]).toEqual(['ba c', 'ba c']);
  expect([after('b', 'down'), after('c', 'up')]).toEqual(['a bc', 'abc ']);
  expect([partMove(modules, lessons, 'a', 'up'), partMove(modules, lessons, 'c', 'down')]).toEqual([undefined, undefined]);
});

test('W5 a module goes by one step, not over the ends', () => {
  expect(moduleMove(modules, 'm1', 'up')).toBeUndefined();
  expect(moduleMove(modules, 'm2', 'down')).toBeUndefined();
  expect((moduleMove(modules, 'm1', 'down') ?? '') > 'a1').toBe(true);
});
