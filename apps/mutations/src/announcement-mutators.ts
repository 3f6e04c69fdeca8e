import { z } from 'zod';
import { Problem } from '@elira/protocol';
import { defineMutator, type AnyMutator, type MutatorTransaction } from '@elira/rules';
import { AUTHORING } from './content-mutators.ts';
import { title, uuid } from './fields.ts';
import type { User } from './user.ts';

/** What is told, in Markdown, and to whom: a course, or all who are signed in. */
export const MADE_ANNOUNCEMENT = {
  /** null: to all, which administrators may. */
  courseId: uuid.nullable(),
  title,
  body: z.string().max(20_000).default(''),
};

type Made = { readonly id: string; readonly courseId: string | null; readonly title: string; readonly body: string };

const make = defineMutator<Made, User>({
  name: 'announcement.make',
  args: z.strictObject({ id: uuid, ...MADE_ANNOUNCEMENT }),
  // Among what else authors do: the course may be one that was made just before.
  lane: () => AUTHORING,
  effect: async (tx, { id, courseId, title: said, body }, { user }) => {
    if (courseId === null && user.role !== 'admin')
      throw new Problem('forbidden', 'Only administrators tell something to all.');
    if (courseId !== null) await requireOne(tx, 'SELECT FROM courses WHERE id = $1', courseId);
    await tx.query('INSERT INTO announcements (id, course_id, title, body) VALUES ($1, $2, $3, $4)', [
      id,
      courseId,
      said,
      body,
    ]);
    return { id };
  },
  optimistic: (args, { madeAt, userId }) => [
    { table: 'announcements', key: args.id, row: { ...args, authorId: userId, createdAt: madeAt } },
  ],
});

const remove = defineMutator<{ id: string }, User>({
  name: 'announcement.delete',
  args: z.strictObject({ id: uuid }),
  lane: () => AUTHORING,
  effect: async (tx, { id }) => {
    const { rowCount } = await tx.query('DELETE FROM announcements WHERE id = $1', [id]);
    if (rowCount === 1) return null;
    await requireOne(tx, 'SELECT FROM announcements WHERE id = $1', id);
    throw new Problem('forbidden', 'It can be deleted by the authors of its course and by administrators.');
  },
  optimistic: ({ id }, view) => [
    { table: 'announcements', key: id, row: null },
    ...[...view.rows('notifications')]
      .filter(([, row]) => row['entityId'] === id)
      .map(([key]) => ({ table: 'notifications', key, row: null })),
  ],
});

export const announcementMutators: readonly AnyMutator<User>[] = [make, remove];

/** Throws `Problem` not_found for what the user does not see. */
async function requireOne(tx: MutatorTransaction, text: string, id: string): Promise<void> {
  const { rowCount } = await tx.query(text, [id]);
  if (rowCount === 0) throw new Problem('not_found');
}
