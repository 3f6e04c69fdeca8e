import { z } from 'zod';
import { defineMutator, type AnyMutator } from '@elira/rules';
import { uuid, version } from './fields.ts';
import type { User } from './user.ts';

/** Most questions of a quiz that is answered, and most options of each. */
const MOST_QUESTIONS = 1_000;
const MOST_OPTIONS = 200;

/** One question exactly as it was shown, and what was chosen of it. */
const shownQuestion = z.strictObject({
  id: uuid,
  version,
  options: z.array(z.strictObject({ id: uuid, version })).max(MOST_OPTIONS),
  chosen: z.array(uuid).max(MOST_OPTIONS),
});

export type ShownQuestion = z.infer<typeof shownQuestion>;

type Submission = { readonly id: string; readonly quizId: string; readonly questions: readonly ShownQuestion[] };

/**
 * A learner's answers, whenever they arrive. Until they are judged the attempt is a row without a grade. Each is a lane of its own: nothing
 * that is stuck holds up somebody's work.
 */
const submit = defineMutator<Submission, User>({
  name: 'quiz.submit',
  args: z.strictObject({ id: uuid, quizId: uuid, questions: z.array(shownQuestion).min(1).max(MOST_QUESTIONS) }),
  effect: async (tx, { id, quizId, questions }) => {
    const { rows } = await tx.query<{ result: unknown }>('SELECT submit_attempt($1, $2, $3) AS result', [
      id,
      quizId,
      JSON.stringify(questions),
    ]);
    return rows[0]?.result;
  },
  optimistic: ({ id, quizId, questions }, view) => {
    const row = {
      id,
      userId: view.userId,
      courseId: view.rows('published_quizzes').get(quizId)?.['courseId'] ?? null,
      quizId,
      courseVersion: null,
      answers: Object.fromEntries(questions.map((question) => [question.id, question.chosen])),
      submittedAt: view.madeAt,
    };
    return [{ table: 'quiz_attempts', key: id, row }];
  },
});

/** For authors, after a key was mended and published. */
const regrade = defineMutator<{ quizId: string }, User>({
  name: 'attempt.regrade',
  args: z.strictObject({ quizId: uuid }),
  effect: async (tx, { quizId }) => {
    const { rows } = await tx.query<{ result: unknown }>('SELECT regrade_quiz($1) AS result', [quizId]);
    return rows[0]?.result;
  },
});

export const attemptMutators: readonly AnyMutator<User>[] = [submit, regrade];
