import { expect, test } from 'vitest';
import { compareNumbers, statisticsOf, type Counted } from './compare-numbers.ts';
import { POINTS, rightFor } from './plan-courses.ts';
import { StreamOracle, type Numbers } from './stream-oracle.ts';

test('a quiz can be answered for every score', () => {
  expect(POINTS.reduce((sum, points) => sum + points, 0)).toBe(100);
  for (let score = 0; score <= 100; score += 1)
    expect([...rightFor(score)].reduce((sum, number) => sum + (POINTS[number] ?? 0), 0)).toBe(score);
  expect(() => rightFor(101)).toThrow('101');
});

test('the stream alone tells the numbers of a course', () => {
  const oracle = new StreamOracle(new Map([['A', 3]]), (assessment) => assessment.startsWith('T'));
  const presentation = 'A';
  const submit = (learner: string, assessment: string, score: number, day: number): boolean =>
    oracle.take({ type: 'submit', presentation, learner, assessment, score }, day);
  const come = (learner: string, day: number): boolean => oracle.take({ type: 'enroll', presentation, learner }, day);
  const go = (learner: string, day: number): boolean => oracle.take({ type: 'unenroll', presentation, learner }, day);
  expect([come('ann', 0), come('bob', 0), come('cy', 6), go('dan', 0)]).toEqual([true, true, true, false]);
  // Nobody is graded by hand who is not enrolled; what a computer marks is kept, and counts when they come.
  expect([submit('dan', 'T1', 90, 1), submit('dan', 'C1', 51, 1), submit('ann', 'C1', 50, 1)]).toEqual([false, false, true]);
  expect([
    submit('ann', 'T1', 51, 2),
    submit('bob', 'T1', 80, 3),
    submit('bob', 'C1', 70, 3),
    submit('bob', 'T2', 60, 3),
  ]).toEqual(Array.from({ length: 4 }, () => true));
  const bob = { learners: 1, active: 1, completed: 1, progress: 100, scored: 1, score: 70 };
  expect(oracle.numbers('A', 8)).toEqual({
    ...bob,
    learners: 3,
    active: 3,
    progress: 100 + 66,
    scored: 2,
    score: 70 + 51,
  });
  // A week after she was last here ann is not active; cy has left.
  expect([go('cy', 8), oracle.numbers('A', 9)]).toMatchObject([true, { learners: 2, active: 1 }]);
  expect([come('dan', 9), oracle.numbers('A', 9)]).toMatchObject([true, { learners: 3, scored: 3, score: 172, progress: 166 }]);
});

test('a number that differs on the screen, in the view or by the stream is found, and a course too many', () => {
  const numbers: Numbers = { learners: 4, active: 2, completed: 1, progress: 130, scored: 4, score: 201 };
  const counted: Counted = { ...numbers, courseId: 'c', title: 'Course', viewed: statisticsOf(numbers) };
  expect(counted.viewed).toEqual({ learners: 4, active: 2, completed: 1, averageProgress: 32.5, averageScore: 50.3 });
  const shown = new Map([['c', numbers]]);
  expect(compareNumbers([counted], shown, shown)).toEqual([]);
  for (const name of ['learners', 'active', 'completed', 'progress', 'scored', 'score'] as const) {
    const other = new Map([['c', { ...numbers, [name]: numbers[name] + 7 }]]);
    expect(compareNumbers([counted], other, shown).join()).toContain(`${name} is ${numbers[name]} by SQL`);
    expect(compareNumbers([counted], shown, other).join()).toContain(`${name} is ${numbers[name]} by SQL`);
  }
  expect(compareNumbers([{ ...counted, viewed: { ...counted.viewed, averageScore: 50.2 } }], shown, shown)).toHaveLength(1);
  expect(compareNumbers([counted], new Map([...shown, ['d', numbers]]), shown)).toEqual(['d: on the screen and not there']);
  expect(compareNumbers([counted], new Map(), shown)).not.toEqual([]);
});
