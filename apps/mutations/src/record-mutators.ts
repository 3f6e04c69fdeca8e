import { z } from 'zod';
import { defineMutator, type AnyMutator } from '@elira/rules';
import { uuid } from './fields.ts';
import type { User } from './user.ts';

/** Most learners of one batch, lessons of one learner, and characters of a reason. */
const MOST_ENTRIES = 1_000;
const MOST_LESSONS = 500;
const MOST_CHARACTERS = 1_000;

const entry = z.strictObject({
  userId: z.string().min(1).max(36),
  lessonIds: z.array(uuid).max(MOST_LESSONS).optional(),
  /** A grade in this quiz, in per cent. */
  quizId: uuid.optional(),
  percent: z.int().min(0).max(100).optional(),
});

/** What staff of a course records of its learners: completions, or a grade, or both. */
export const RECORDED = {
  courseId: uuid,
  reason: z.string().trim().min(1).max(MOST_CHARACTERS),
  entries: z.array(entry).min(1).max(MOST_ENTRIES),
};

type Recorded = z.infer<z.ZodObject<typeof RECORDED>>;

const record = defineMutator<Recorded, User>({
  name: 'enrollment.record',
  args: z.strictObject(RECORDED),
  effect: async (tx, { courseId, reason, entries }) => {
    const { rows } = await tx.query<{ result: unknown }>('SELECT record_results($1, $2, $3) AS result', [
      courseId,
      reason,
      JSON.stringify(entries),
    ]);
    return rows[0]?.result;
  },
});

export const recordMutators: readonly AnyMutator<User>[] = [record];
