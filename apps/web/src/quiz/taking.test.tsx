// @vitest-environment happy-dom
import { act, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { Grade, QuizAttempt } from '../data/tables.ts';
import { AttemptCard } from './attempt-card.tsx';
import type { ShownQuestion, ShownQuiz } from './shown-quiz.ts';
import { TEXT } from './text.ts';
import { useTaking, type Taking } from './use-taking.ts';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const quiz = (version = 1): ShownQuiz => [
  {
    id: 'q',
    quizId: 'z',
    kind: 'single',
    prompt: 'What conducts?',
    points: 1,
    position: 'a0',
    version,
    options: ['wet', 'dry'].map((id) => ({ id, questionId: 'q', quizId: 'z', label: `${id} soil`, position: id, version: 1 })),
  },
];

test('W12 a form that was begun stays as it was shown, whatever is published while somebody answers', async () => {
  const drawn: Taking[] = [];
  const last = (): Taking => drawn.at(-1) as Taking;
  function Answering({ now }: { readonly now: ShownQuiz }): ReactNode {
    const taking = useTaking(now);
    drawn.push(taking);
    return taking.shown.map(({ prompt, version }) => `${prompt} ${version}`).join();
  }
  const element = document.createElement('div');
  const root = createRoot(element);
  const draw = (version: number): Promise<void> => act(async () => root.render(<Answering now={quiz(version)} />));
  await draw(1);
  await draw(2);
  // Nothing was answered yet: the newest is on the screen.
  expect([element.textContent, last().isOutdated, last().open]).toEqual(['What conducts? 2', false, 1]);
  await act(async () => last().choose(last().shown[0] as ShownQuestion, 'dry'));
  expect([last().isBegun, last().open]).toEqual([true, 0]);
  await draw(3);
  expect([element.textContent, last().isOutdated]).toEqual(['What conducts? 2', true]);
  const options = [
    { id: 'wet', version: 1 },
    { id: 'dry', version: 1 },
  ];
  expect(last().submission()).toEqual([{ id: 'q', version: 2, options, chosen: ['dry'] }]);
  await act(async () => last().beginAgain());
  expect([element.textContent, last().isBegun, last().open]).toEqual(['What conducts? 3', false, 1]);
});

test('W13 an attempt waits for its grade, which says in words what was right, and why', () => {
  const attempt: QuizAttempt = {
    id: 'a',
    userId: 'u',
    courseId: 'c',
    quizId: 'z',
    courseVersion: null,
    answers: { q: ['dry'] },
    submittedAt: '2026-01-01T00:00:00Z',
  };
  const waiting = renderToStaticMarkup(<AttemptCard judged={{ attempt, number: 1, grade: undefined }} now={quiz()} isOpen />);
  expect(waiting).toContain(TEXT.attempt.waiting);
  expect(waiting).not.toContain(TEXT.attempt.details);
  const cutOff = renderToStaticMarkup(
    <AttemptCard judged={{ attempt, number: 1, grade: undefined }} now={quiz()} isOpen waits />,
  );
  expect(cutOff).toContain(TEXT.attempt.waits);
  expect(cutOff).not.toContain(TEXT.attempt.waiting);
  const grade: Grade = {
    id: 'g',
    userId: 'u',
    courseId: 'c',
    quizId: 'z',
    attemptId: 'a',
    courseVersion: 1,
    points: 0,
    maxPoints: 1,
    percent: 0,
    detail: { q: { points: 0, maxPoints: 1, correct: ['wet'], explanation: 'Ions do.' }, gone: { points: 0, maxPoints: 0 } },
    reason: null,
    gradedBy: null,
    gradedAt: '2026-01-01T00:00:01Z',
  };
  const graded = renderToStaticMarkup(
    <AttemptCard judged={{ attempt: { ...attempt, courseVersion: 1 }, number: 1, grade }} now={quiz()} isOpen />,
  );
  for (const words of [TEXT.option.chosenWrong, TEXT.option.missed, 'Ions do.', TEXT.attempt.gone, TEXT.attempt.noKey])
    expect(graded, words).toContain(words);
});
