import { useRow, useRows } from '@elira/sync-react';
import { usePerson } from '../app/session-context.tsx';
import { byPosition } from '../data/order.ts';
import type { Grade, PublishedOption, PublishedQuestion, PublishedQuiz, QuizAttempt } from '../data/tables.ts';
import { judgedAttempts, quizResult, type JudgedAttempt, type QuizResult } from './quiz-result.ts';
import { shownQuiz, type ShownQuiz } from './shown-quiz.ts';

export type QuizView = {
  readonly quiz: PublishedQuiz | undefined;
  /** As it is published now. */
  readonly now: ShownQuiz;
  readonly attempts: readonly JudgedAttempt[];
  readonly result: QuizResult | undefined;
};

/** A published quiz, and how the person who looks at it has done. */
export function useQuiz(quizId: string): QuizView {
  const userId = usePerson()?.id ?? '';
  const quiz = useRow<PublishedQuiz>('published_quizzes', quizId);
  const questions = useRows<PublishedQuestion>('published_questions', { where: { quizId }, orderBy: byPosition });
  const options = useRows<PublishedOption>('published_options', { where: { quizId }, orderBy: byPosition });
  const attempts = useRows<QuizAttempt>('quiz_attempts', { where: { quizId, userId } });
  const grades = useRows<Grade>('grades', { where: { quizId, userId } });
  const judged = judgedAttempts(attempts, grades);
  return { quiz, now: shownQuiz(questions, options), attempts: judged, result: quizResult(judged, grades) };
}
