import { z } from 'zod';
import { defineMutator, type AnyMutator, type MutatorTransaction } from '@elira/rules';
import { AUTHORING } from './content-mutators.ts';
import { uuid, version } from './fields.ts';
import type { User } from './user.ts';

/** Makes the working rows equal to a version; publishes nothing. What it changes is known to the server alone. */
const restore = defineMutator<{ id: string; version: number }, User>({
  name: 'course.restore',
  args: z.strictObject({ id: uuid, version }),
  lane: () => AUTHORING,
  effect: (tx, { id, version: wanted }) => goBack(tx, id, 'restore_course_version($1, $2)', [id, wanted]),
});

/** Makes them equal to what is live. */
const discard = defineMutator<{ id: string }, User>({
  name: 'course.discard',
  args: z.strictObject({ id: uuid }),
  lane: () => AUTHORING,
  effect: (tx, { id }) => goBack(tx, id, 'discard_draft($1)', [id]),
});

export const versionMutators: readonly AnyMutator<User>[] = [restore, discard];

type WentBack = { readonly version: number; readonly touched: number };

async function goBack(tx: MutatorTransaction, id: string, call: string, values: unknown[]): Promise<WentBack | undefined> {
  const { rows } = await tx.query<{ result: WentBack }>(`SELECT ${call} AS result`, values);
  const result = rows[0]?.result;
  await tx.query("SELECT log_activity('course_update', 'course', $1, $2)", [
    id,
    JSON.stringify({ changes: { restoredVersion: result?.version } }),
  ]);
  return result;
}
