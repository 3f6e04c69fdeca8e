import { expect, test } from 'vitest';
import type { Grade, PublishedOption, PublishedQuestion, QuizAttempt } from '../data/tables.ts';
import { judgedAttempts, quizResult } from './quiz-result.ts';
import { choose, isSameQuiz, shownQuiz, toSubmission, unanswered, type ShownQuestion } from './shown-quiz.ts';

const question = (id: string, kind: 'single' | 'multiple', version = 1): PublishedQuestion => ({
  id,
  quizId: 'z',
  kind,
  prompt: id,
  points: 1,
  position: id,
  version,
});
const option = (id: string, questionId: string, version = 1): PublishedOption => ({
  id,
  questionId,
  quizId: 'z',
  label: id,
  position: id,
  version,
});
const QUESTIONS = [question('q1', 'single'), question('q2', 'multiple', 4)];
const OPTIONS = [option('a', 'q1'), option('b', 'q1', 3), option('c', 'q2'), option('d', 'q2')];
const shown = shownQuiz(QUESTIONS, OPTIONS);
const [one, many] = shown as [ShownQuestion, ShownQuestion];

test('W12 what is handed in names exactly what was shown, and what was chosen of it', () => {
  let chosen = choose(choose({}, one, 'a'), one, 'b');
  expect(unanswered(shown, chosen)).toBe(1);
  chosen = choose(choose(choose(chosen, many, 'c'), many, 'd'), many, 'c');
  expect(toSubmission(shown, chosen)).toEqual([
    {
      id: 'q1',
      version: 1,
      options: [
        { id: 'a', version: 1 },
        { id: 'b', version: 3 },
      ],
      chosen: ['b'],
    },
    {
      id: 'q2',
      version: 4,
      options: [
        { id: 'c', version: 1 },
        { id: 'd', version: 1 },
      ],
      chosen: ['d'],
    },
  ]);
  expect(toSubmission(shown, {}).map((submitted) => submitted.chosen)).toEqual([[], []]);
});

test('W12 a change of any version is noticed, and the order of rows is none', () => {
  expect(isSameQuiz(shown, shownQuiz(QUESTIONS.toReversed(), OPTIONS.toReversed()))).toBe(true);
  const other = OPTIONS.map((row) => (row.id === 'a' ? { ...row, version: 2 } : row));
  for (const changed of [
    shownQuiz(QUESTIONS, other),
    shownQuiz(QUESTIONS, OPTIONS.slice(1)),
    shownQuiz(QUESTIONS.slice(1), OPTIONS),
  ])
    expect(isSameQuiz(shown, changed)).toBe(false);
});

const attempt = (id: string, submittedAt: string): QuizAttempt => ({
  id,
  userId: 'u',
  courseId: 'k',
  quizId: 'z',
  courseVersion: 1,
  answers: {},
  submittedAt,
});
const grade = (id: string, attemptId: string | null, percent: number, gradedAt: string, maxPoints = 2): Grade => ({
  id,
  userId: 'u',
  courseId: 'k',
  quizId: 'z',
  attemptId,
  courseVersion: 1,
  points: 1,
  maxPoints,
  percent,
  detail: {},
  reason: null,
  gradedBy: null,
  gradedAt,
});

test('W13 the newest grade of each attempt holds, and the best of them is the result until staff gives one', () => {
  const attempts = [
    attempt('y', '2026-01-02T00:00:00+00:00'),
    attempt('x', '2026-01-01T00:00:00+00:00'),
    attempt('w', '2026-01-03T00:00:00+00:00'),
  ];
  const grades = [
    grade('1', 'x', 90, '2026-01-01T00:00:00.1+00:00'),
    grade('2', 'x', 40, '2026-01-01T00:00:00.100002+00:00'),
    grade('3', 'y', 60, '2026-01-02T00:00:00+00:00'),
    grade('4', 'w', 100, '2026-01-02T00:00:00+00:00', 0),
  ];
  const judged = judgedAttempts(attempts, grades);
  expect(judged.map(({ number, attempt: { id }, grade: held }) => [number, id, held?.percent])).toEqual([
    [3, 'w', 100],
    [2, 'y', 60],
    [1, 'x', 40],
  ]);
  expect(quizResult(judged, grades)).toEqual({ percent: 60, from: { kind: 'attempts', count: 2 } });
  const given = [grade('5', null, 10, '2026-02-01T00:00:00+00:00'), grade('6', null, 20, '2026-02-01T00:00:01+00:00')];
  expect(quizResult(judged, [...grades, ...given])).toMatchObject({ percent: 20, from: { kind: 'staff' } });
  expect(quizResult(judgedAttempts(attempts, []), [])).toBeUndefined();
});
