import { z } from 'zod';
import { defineMutator, type AnyMutator } from '@elira/rules';
import { uuid } from './fields.ts';
import type { User } from './user.ts';

/** Most notifications that are read at once. */
const MOST_IDS = 1_000;

const read = defineMutator<{ ids: string[] }, User>({
  name: 'notification.read',
  args: z.strictObject({ ids: z.array(uuid).min(1).max(MOST_IDS) }),
  effect: async (tx, { ids }) => {
    const { rows } = await tx.query<{ read: number }>('SELECT read_notifications($1) AS read', [ids]);
    return { read: rows[0]?.read };
  },
  optimistic: ({ ids }, view) => {
    const known = new Set([...view.rows('notification_reads').values()].map((row) => row['notificationId']));
    return [...new Set(ids)]
      .filter((id) => !known.has(id) && view.rows('notifications').has(id))
      .map((id) => {
        // Its own id is made by the database, and comes with the row that replaces this one.
        const key = `notification:${id}`;
        return { table: 'notification_reads', key, row: { id: key, notificationId: id, readAt: view.madeAt } };
      });
  },
});

export const notificationMutators: readonly AnyMutator<User>[] = [read];
