import type { ClientBase } from 'pg';
import { z } from 'zod';
import { Problem } from '@elira/protocol';
import type { ContentRow } from './content-rows.ts';
import { version } from './saved.ts';
import { title } from './title.ts';
import { VersionConflict } from './version-conflict.ts';
import { COURSE_ROW } from './working-course.ts';

const description = z.string().max(50_000);

export const MADE_COURSE = z.strictObject({ title, description: description.default('') });

export const SAVED_COURSE = z
  .strictObject({
    version,
    title: title.optional(),
    description: description.optional(),
    access: z.enum(['open', 'code', 'authors']).optional(),
    /** null takes it away. */
    joinCode: z.string().trim().min(4).max(64).nullable().optional(),
  })
  .refine((value) => Object.keys(value).length > 1, 'names nothing to change');

/** Changes a course that is still at the version named. Throws `VersionConflict`, or `Problem` not_found. */
export async function saveCourse(client: ClientBase, id: string, save: z.infer<typeof SAVED_COURSE>): Promise<unknown> {
  // All of the columns, so that a save of the join code alone checks the version, and that it may be made, as well.
  const { rows } = await client.query<{ row: ContentRow }>(
    `UPDATE courses c SET title = coalesce($3, c.title), description = coalesce($4, c.description), access = coalesce($5, c.access)
     WHERE c.id = $1 AND c.version = $2 RETURNING ${COURSE_ROW} AS row`,
    [id, save.version, save.title ?? null, save.description ?? null, save.access ?? null],
  );
  const [saved] = rows;
  if (saved === undefined) {
    const theirs = await client.query<{ row: ContentRow }>(`SELECT ${COURSE_ROW} AS row FROM courses c WHERE c.id = $1`, [id]);
    if (theirs.rows[0] === undefined) throw new Problem('not_found');
    throw new VersionConflict(theirs.rows[0].row);
  }
  if (save.joinCode !== undefined) await setJoinCode(client, id, save.joinCode);
  const joinCode = await joinCodeOf(client, id);
  if (saved.row['access'] === 'code' && joinCode === null)
    throw new Problem('invalid_request', 'joinCode: a course by join code needs one.');
  return { ...saved.row, joinCode };
}

async function setJoinCode(client: ClientBase, id: string, code: string | null): Promise<void> {
  if (code === null) {
    await client.query('DELETE FROM course_join_codes WHERE course_id = $1', [id]);
    return;
  }
  await client.query(
    'INSERT INTO course_join_codes (course_id, code) VALUES ($1, $2) ON CONFLICT (course_id) DO UPDATE SET code = excluded.code',
    [id, code],
  );
}

async function joinCodeOf(client: ClientBase, id: string): Promise<string | null> {
  const { rows } = await client.query<{ code: string }>('SELECT code FROM course_join_codes WHERE course_id = $1', [id]);
  return rows[0]?.code ?? null;
}
