import { z } from 'zod';
import { defineMutator, type AnyMutator, type OptimisticChange, type OptimisticView } from '@elira/rules';
import { camelCase, type ContentKind } from './content-kind.ts';
import { deleteContent, makeContent, parentColumn } from './content-rows.ts';
import { savedOf, uuid } from './fields.ts';
import { LESSONS } from './lesson-kind.ts';
import { MODULES } from './module-kind.ts';
import { positionAfter } from './position.ts';
import { OPTIONS, QUESTIONS, QUIZZES } from './quiz-kinds.ts';
import { saveRow, shownFields } from './save-row.ts';
import type { User } from './user.ts';

/**
 * `<thing>.make`, `.save` and `.delete` for each kind of content. Whose courses somebody may write in is decided by row-level security.
 *
 * All of what authors do is one lane: a lesson that is made in a module which is made just before must come after it.
 */
export const AUTHORING = 'authoring';

export const CONTENT_KINDS: readonly ContentKind[] = [MODULES, LESSONS, QUIZZES, QUESTIONS, OPTIONS];

export const contentMutators: readonly AnyMutator<User>[] = CONTENT_KINDS.flatMap((kind) => [
  makeOf(kind),
  saveOf(kind),
  deleteOf(kind),
]);

type Made = { readonly id: string; readonly parentId: string } & Readonly<Record<string, unknown>>;

function makeOf(kind: ContentKind): AnyMutator<User> {
  return defineMutator<Made, User>({
    name: `${kind.thing}.make`,
    args: z.strictObject({ id: uuid, parentId: uuid, ...kind.made }) as unknown as z.ZodType<Made>,
    lane: () => AUTHORING,
    effect: (tx, args) => makeContent(tx, kind, args),
    optimistic: (args, view) => shownNew(kind, args, view),
  });
}

function saveOf(kind: ContentKind): AnyMutator<User> {
  return defineMutator({
    name: `${kind.thing}.save`,
    args: savedOf(kind.saved, { id: uuid }),
    lane: () => AUTHORING,
    effect: async (tx, { id, ...save }) => {
      const saved = await saveRow(tx, kind, id, save);
      // The audit has what it was and is; that it was decided between two texts would be known to nobody else.
      if (save.resolved !== undefined) {
        const metadata = { changes: shownFields(kind.fields, save), resolved: save.resolved };
        await tx.query("SELECT log_activity('course_update', $1, $2, $3)", [kind.thing, id, JSON.stringify(metadata)]);
      }
      return saved;
    },
    optimistic: ({ id, ...save }, { madeAt }) => {
      const mark = save['deleted'];
      const deletedAt = mark === undefined ? {} : { deletedAt: mark === true ? madeAt : null };
      return [{ table: kind.table, key: id, row: { ...shownFields(kind.fields, save), ...deletedAt } }];
    },
  });
}

function deleteOf(kind: ContentKind): AnyMutator<User> {
  return defineMutator<{ id: string }, User>({
    name: `${kind.thing}.delete`,
    args: z.strictObject({ id: uuid }),
    lane: () => AUTHORING,
    effect: (tx, { id }) => deleteContent(tx, kind, id),
    optimistic: ({ id }, { madeAt }) => [{ table: kind.table, key: id, row: { deletedAt: madeAt } }],
  });
}

/** A row that is not there yet, as far as its parent is held. */
function shownNew(kind: ContentKind, { id, parentId, ...values }: Made, view: OptimisticView): OptimisticChange[] {
  const parent = view.rows(kind.parent.table).get(parentId);
  if (parent === undefined) return [];
  const of = camelCase(parentColumn(kind.parent));
  const positions = [...view.rows(kind.table).values()]
    .filter((row) => row[of] === parentId)
    .map((row) => String(row['position']));
  const inherited = Object.entries(kind.parent.columns).map(([own, theirs]) => [camelCase(own), parent[camelCase(theirs)]]);
  const row = {
    ...Object.fromEntries(inherited),
    ...kind.defaults,
    position: positionAfter(positions.toSorted(byBytes).at(-1)),
    ...shownFields(kind.fields, values),
    id,
    deletedAt: null,
    version: 1,
    lastModified: view.madeAt,
    modifiedBy: view.userId,
  };
  return [{ table: kind.table, key: id, row }];
}

/** As positions are compared by the database: they are ASCII. */
function byBytes(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
