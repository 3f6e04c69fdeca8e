import { z } from 'zod';
import { Problem } from '@elira/protocol';
import { defineMutator, type AnyMutator, type MutatorTransaction } from '@elira/rules';
import type { SavedTable } from './content-kind.ts';
import { AUTHORING } from './content-mutators.ts';
import { savedOf, title, uuid } from './fields.ts';
import { saveRow, shownFields, type SavedRow } from './save-row.ts';
import { isTeaching, type User } from './user.ts';

/** A course as its authors edit it: all nine columns of the mission and what came to them. */
export const COURSES: SavedTable = {
  table: 'courses',
  fields: {
    title: { column: 'title', type: 'text' },
    description: { column: 'description', type: 'text', prose: true },
    access: { column: 'access', type: 'text' },
  },
  columns: [
    'id',
    'title',
    'description',
    'access',
    'is_draft',
    'is_published',
    'published_at',
    'last_modified',
    'modified_by',
    'version',
    'previous_version',
    'last_synced_at',
    'sync_status',
  ],
};

const description = z.string().max(50_000);

/** What a course is made of. */
export const MADE_COURSE = { title, description: description.default('') };

/** What a save of a course may change. */
export const SAVED_COURSE = {
  title,
  description,
  access: z.enum(['open', 'code', 'authors']),
  /** null takes it away. */
  joinCode: z.string().trim().min(4).max(64).nullable(),
};

const ONE = z.strictObject({ id: uuid });

const make = defineMutator<{ id: string; title: string; description: string }, User>({
  name: 'course.make',
  args: z.strictObject({ id: uuid, ...MADE_COURSE }),
  may: isTeaching,
  lane: () => AUTHORING,
  effect: async (tx, args) => {
    // Without RETURNING: before the owner's row is there, its owner may not see it.
    await tx.query('INSERT INTO courses (id, title, description) VALUES ($1, $2, $3)', [args.id, args.title, args.description]);
    return { id: args.id, version: 1 };
  },
  optimistic: (args, { madeAt, userId }) => [
    {
      table: 'courses',
      key: args.id,
      row: {
        ...args,
        access: 'open',
        isDraft: true,
        isPublished: false,
        publishedAt: null,
        lastModified: madeAt,
        modifiedBy: userId,
        version: 1,
        previousVersion: null,
      },
    },
  ],
});

const save = defineMutator({
  name: 'course.save',
  args: savedOf(SAVED_COURSE, { id: uuid }),
  lane: () => AUTHORING,
  effect: async (tx, { id, joinCode, ...rest }) => {
    const saved = await saveRow(tx, COURSES, id, rest);
    if (joinCode !== undefined) await setJoinCode(tx, id, joinCode);
    await requireCode(tx, id);
    const metadata = { changes: told(rest, joinCode), ...(rest.resolved === undefined ? {} : { resolved: rest.resolved }) };
    await tx.query("SELECT log_activity('course_update', 'course', $1, $2)", [id, JSON.stringify(metadata)]);
    return saved;
  },
  optimistic: ({ id, ...values }) => [{ table: 'courses', key: id, row: shownFields(COURSES.fields, values) }],
});

const publish = defineMutator<{ id: string; notify?: boolean | undefined }, User>({
  name: 'course.publish',
  // `notify`: tell its learners, also of another publication than the first.
  args: z.strictObject({ id: uuid, notify: z.boolean().optional() }),
  lane: () => AUTHORING,
  effect: async (tx, { id, notify = false }) => {
    await tx.query("SELECT set_config('elira.notify', $1, true)", [notify ? 'on' : 'off']);
    await tx.query('SELECT publish_course($1)', [id]);
    return await readPublication(tx, id);
  },
  optimistic: ({ id }) => [{ table: 'courses', key: id, row: { isPublished: true, isDraft: false } }],
});

const unpublish = defineMutator<{ id: string }, User>({
  name: 'course.unpublish',
  args: ONE,
  lane: () => AUTHORING,
  effect: async (tx, { id }) => {
    await tx.query('SELECT unpublish_course($1)', [id]);
    return await readPublication(tx, id);
  },
  optimistic: ({ id }) => [{ table: 'courses', key: id, row: { isPublished: false, isDraft: true } }],
});

export const courseMutators: readonly AnyMutator<User>[] = [make, save, publish, unpublish];

async function readPublication(tx: MutatorTransaction, id: string): Promise<SavedRow> {
  const { rows } = await tx.query<SavedRow>(
    'SELECT id, version, is_published AS "isPublished", to_json(published_at) AS "publishedAt" FROM courses WHERE id = $1',
    [id],
  );
  if (rows[0] === undefined) throw new Problem('not_found');
  return rows[0];
}

async function setJoinCode(tx: MutatorTransaction, id: string, code: unknown): Promise<void> {
  if (code === null) {
    await tx.query('DELETE FROM course_join_codes WHERE course_id = $1', [id]);
    return;
  }
  await tx.query(
    'INSERT INTO course_join_codes (course_id, code) VALUES ($1, $2) ON CONFLICT (course_id) DO UPDATE SET code = excluded.code',
    [id, code],
  );
}

async function requireCode(tx: MutatorTransaction, id: string): Promise<void> {
  const { rows } = await tx.query(
    `SELECT FROM courses c WHERE c.id = $1 AND c.access = 'code'
     AND NOT EXISTS (SELECT FROM course_join_codes j WHERE j.course_id = c.id)`,
    [id],
  );
  if (rows.length > 0) throw new Problem('invalid_request', 'joinCode: a course by join code needs one.');
}

/** What a save changes, as activities tell it: never the join code itself. Pure. */
function told(values: Readonly<Record<string, unknown>>, joinCode: unknown): Record<string, unknown> {
  return {
    ...shownFields(COURSES.fields, values),
    ...(joinCode === undefined ? {} : { joinCode: joinCode === null ? null : '***' }),
  };
}
