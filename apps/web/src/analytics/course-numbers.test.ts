import { expect, test } from 'vitest';
import type { CourseCounts } from '../data/tables.ts';
import { numbersByCourse, numbersOfAll } from './course-numbers.ts';

let ids = 0;
const row = (courseId: string, numbers: Partial<CourseCounts>): CourseCounts => ({
  id: String((ids += 1)),
  courseId,
  learners: 0,
  active: 0,
  completed: 0,
  progress: 0,
  scored: 0,
  score: 0,
  ...numbers,
});

test('W21 the numbers of a course are the sums over its rows', () => {
  const counts = [
    row('a', { learners: 4, active: 4, progress: 40 }),
    row('b', { learners: 1, active: 1 }),
    row('a', { active: -1, completed: 1, progress: 90, scored: 2, score: 145 }),
    row('b', { learners: -1, active: -1 }),
  ];
  const numbers = numbersByCourse(counts);
  expect(numbers.get('a')).toEqual({
    learners: 4,
    active: 3,
    completed: 1,
    completionRate: 25,
    averageProgress: 32.5,
    averageScore: 72.5,
  });
  expect(numbers.get('b')).toMatchObject({ learners: 0, completionRate: undefined, averageProgress: undefined });
  expect(numbersOfAll(counts)).toMatchObject({ learners: 4, active: 3, averageProgress: 32.5 });
  expect(numbersOfAll([])).toMatchObject({ learners: 0, averageScore: undefined });
});
