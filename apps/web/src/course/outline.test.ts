import { expect, test } from 'vitest';
import { around, lessonCount, nextLesson, stopsOf } from './outline.ts';

const outline = [
  {
    id: 'm1',
    title: 'One',
    lessons: [
      { id: 'a', title: 'A' },
      { id: 'b', title: 'B' },
    ],
    quizzes: [{ id: 'q', title: 'Q' }],
  },
  { id: 'm2', title: 'Two', lessons: [{ id: 'c', title: 'C' }], quizzes: [] },
];

test('W4 the way through a course goes from lesson to lesson, over quizzes and the ends of modules', () => {
  expect(stopsOf(outline).map(({ id }) => id)).toEqual(['a', 'b', 'q', 'c']);
  expect([lessonCount(outline), lessonCount(null), stopsOf(undefined)]).toEqual([3, 0, []]);
  expect(around(outline, 'q')).toMatchObject({ before: { id: 'b' }, after: { id: 'c', kind: 'lesson' }, module: 'One' });
  expect(around(outline, 'a')).not.toHaveProperty('before');
  expect(around(outline, 'c')).not.toHaveProperty('after');
  expect(around(outline, 'gone')).toEqual({});
});

test('W4 one goes on with the first lesson that is not done, or from the beginning', () => {
  const done = new Set(['a']);
  expect(nextLesson(outline, (id) => done.has(id))?.id).toBe('b');
  expect(nextLesson(outline, () => true)?.id).toBe('a');
  expect(nextLesson([], () => false)).toBeUndefined();
});
