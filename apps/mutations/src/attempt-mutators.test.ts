import { expect, test } from 'vitest';
import type { Row } from '@elira/protocol';
import { mutators } from './index.ts';

const quizId = '00000000-0000-7000-8000-000000000001';
const id = '00000000-0000-7000-8000-000000000002';
const option = { id: '00000000-0000-7000-8000-000000000003', version: 1 };
const question = { id: '00000000-0000-7000-8000-000000000004', version: 2, options: [option], chosen: [option.id] };

test('what was answered is shown at once, as an attempt without a grade', () => {
  const mutator = mutators.get('quiz.submit');
  const args = mutator?.args.parse({ id, quizId, questions: [question] }) as never;
  const tables: Record<string, Record<string, Row>> = { published_quizzes: { [quizId]: { id: quizId, courseId: 'c' } } };
  const view = {
    userId: 'ann',
    madeAt: '2026-01-01T00:00:00Z',
    rows: (table: string) => new Map(Object.entries(tables[table] ?? {})),
  };
  expect(mutator?.optimistic?.(args, view)).toEqual([
    {
      table: 'quiz_attempts',
      key: id,
      row: {
        id,
        userId: 'ann',
        courseId: 'c',
        quizId,
        courseVersion: null,
        answers: { [question.id]: [option.id] },
        submittedAt: '2026-01-01T00:00:00Z',
      },
    },
  ]);
});

test('what no client shows is no submission', () => {
  const parse = (questions: unknown): unknown => mutators.get('quiz.submit')?.args.parse({ id, quizId, questions });
  for (const wrong of [[], [{ ...question, version: 0 }], [{ ...question, points: 5 }], [{ ...question, chosen: ['x'] }]])
    expect(() => parse(wrong)).toThrow();
});
