import type { Grade, QuizAttempt } from '../data/tables.ts';

export type JudgedAttempt = {
  readonly attempt: QuizAttempt;
  /** From 1 on, in the order in which they were handed in. */
  readonly number: number;
  /** The newest; undefined while it waits. */
  readonly grade: Grade | undefined;
};

export type QuizResult = {
  readonly percent: number;
  readonly from: { readonly kind: 'staff'; readonly grade: Grade } | { readonly kind: 'attempts'; readonly count: number };
};

/** The attempts at one quiz, the newest first, each with the grade that holds. Pure. */
export function judgedAttempts(attempts: readonly QuizAttempt[], grades: readonly Grade[]): readonly JudgedAttempt[] {
  const inOrder = attempts.toSorted((a, b) => compareTimes(a.submittedAt, b.submittedAt) || (a.id < b.id ? -1 : 1));
  return inOrder
    .map((attempt, index) => ({
      attempt,
      number: index + 1,
      grade: newest(grades.filter(({ attemptId }) => attemptId === attempt.id)),
    }))
    .toReversed();
}

/** What counts, as the server has it (sql/0021): the newest grade of staff, else the best attempt. Undefined: nothing yet. Pure. */
export function quizResult(judged: readonly JudgedAttempt[], grades: readonly Grade[]): QuizResult | undefined {
  const given = newest(grades.filter(({ attemptId }) => attemptId === null));
  if (given !== undefined && given.maxPoints > 0) return { percent: given.percent, from: { kind: 'staff', grade: given } };
  const counted = judged.flatMap(({ grade }) => (grade !== undefined && grade.maxPoints > 0 ? [grade.percent] : []));
  return counted.length === 0
    ? undefined
    : { percent: Math.max(...counted), from: { kind: 'attempts', count: counted.length } };
}

function newest(grades: readonly Grade[]): Grade | undefined {
  return grades.toSorted((a, b) => compareTimes(b.gradedAt, a.gradedAt) || (a.id < b.id ? 1 : -1))[0];
}

/** Times come to the microsecond, with as many digits as PostgreSQL found necessary: of one millisecond the digits decide. */
function compareTimes(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b) || fraction(a) - fraction(b);
}

function fraction(time: string): number {
  return Number(/\.\d+/.exec(time)?.[0] ?? 0);
}
