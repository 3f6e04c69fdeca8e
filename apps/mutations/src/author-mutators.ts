import { z } from 'zod';
import { Problem } from '@elira/protocol';
import { defineMutator, type AnyMutator, type MutatorTransaction } from '@elira/rules';
import { AUTHORING } from './content-mutators.ts';
import { uuid } from './fields.ts';
import type { User } from './user.ts';

/** Who is to edit a course, by address. */
export const ADDED_AUTHOR = { email: z.email().max(254) };

const add = defineMutator<{ courseId: string; email: string }, User>({
  name: 'author.add',
  args: z.strictObject({ courseId: uuid, ...ADDED_AUTHOR }),
  lane: () => AUTHORING,
  effect: async (tx, { courseId, email }) => {
    await requireCourse(tx, courseId);
    const { rows } = await tx
      .query<{ userId: string }>('SELECT add_course_author($1, $2) AS "userId"', [courseId, email])
      .catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'P0002')) throw error;
        throw new Problem('not_found', 'Nobody here has this e-mail address.', { cause: error });
      });
    return { userId: rows[0]?.userId };
  },
});

const remove = defineMutator<{ courseId: string; userId: string }, User>({
  name: 'author.remove',
  args: z.strictObject({ courseId: uuid, userId: z.string().min(1).max(36) }),
  lane: () => AUTHORING,
  effect: async (tx, { courseId, userId }) => {
    await requireCourse(tx, courseId);
    const values = [courseId, userId];
    const there = await tx.query('SELECT FROM course_authors WHERE course_id = $1 AND user_id = $2', values);
    if (there.rowCount === 0) throw new Problem('not_found');
    const { rowCount } = await tx.query('DELETE FROM course_authors WHERE course_id = $1 AND user_id = $2', values);
    if (rowCount === 0) throw new Problem('forbidden', 'An owner can only be removed by an administrator.');
    return null;
  },
  optimistic: ({ courseId, userId }, view) =>
    [...view.rows('course_authors')]
      .filter(([, row]) => row['courseId'] === courseId && row['userId'] === userId && row['role'] !== 'owner')
      .map(([key]) => ({ table: 'course_authors', key, row: null })),
});

export const authorMutators: readonly AnyMutator<User>[] = [add, remove];

/** Whether the user may see the course at all. Throws `Problem` not_found. */
async function requireCourse(tx: MutatorTransaction, id: string): Promise<void> {
  const { rowCount } = await tx.query('SELECT FROM courses WHERE id = $1', [id]);
  if (rowCount === 0) throw new Problem('not_found');
}
