import { z } from 'zod';
import { Problem } from '@elira/protocol';
import { defineMutator, type AnyMutator } from '@elira/rules';
import { uuid } from './fields.ts';
import type { User } from './user.ts';

/** Which course, and the code it may take. */
export const JOINED = { courseId: uuid, joinCode: z.string().trim().max(64).optional() };

const ENROLLMENT = `
  SELECT json_build_object('id', e.id, 'userId', e.user_id, 'courseId', e.course_id, 'progress', e.progress,
    'enrolledAt', e.enrolled_at, 'lastAccessedAt', e.last_accessed_at) AS enrollment
  FROM enrollments e WHERE e.id = $1`;

const join = defineMutator<{ courseId: string; joinCode?: string | undefined }, User>({
  name: 'enrollment.join',
  args: z.strictObject(JOINED),
  lane: ({ courseId }) => `enrollment:${courseId}`,
  effect: async (tx, { courseId, joinCode }) => {
    const enrolled = await tx.query<{ enrollment_id: string; created: boolean }>('SELECT * FROM enroll($1, $2)', [
      courseId,
      joinCode ?? null,
    ]);
    const created = enrolled.rows[0]?.created === true;
    const { rows } = await tx.query<{ enrollment: unknown }>(ENROLLMENT, [enrolled.rows[0]?.enrollment_id]);
    return { created, enrollment: rows[0]?.enrollment };
  },
  optimistic: ({ courseId, joinCode }, view) => {
    // Whether a code is right is known to the server alone.
    if (joinCode !== undefined) return [];
    const there = [...view.rows('enrollments').values()].some(
      (row) => row['courseId'] === courseId && row['userId'] === view.userId,
    );
    if (there) return [];
    const row = {
      userId: view.userId,
      courseId,
      progress: 0,
      score: null,
      active: true,
      enrolledAt: view.madeAt,
      lastAccessedAt: view.madeAt,
    };
    // Its own id is made by the database, and comes with the row that replaces this one.
    const key = `enrollment:${courseId}`;
    return [{ table: 'enrollments', key, row: { id: key, ...row } }];
  },
});

const leave = defineMutator<{ courseId: string }, User>({
  name: 'enrollment.leave',
  args: z.strictObject({ courseId: uuid }),
  lane: ({ courseId }) => `enrollment:${courseId}`,
  effect: async (tx, { courseId }) => {
    const { rows } = await tx.query<{ was: boolean }>('SELECT leave_course($1) AS was', [courseId]);
    if (rows[0]?.was !== true) throw new Problem('not_found');
    return null;
  },
  optimistic: ({ courseId }, view) =>
    [...view.rows('enrollments')]
      .filter(([, row]) => row['courseId'] === courseId && row['userId'] === view.userId)
      .map(([key]) => ({ table: 'enrollments', key, row: null })),
});

export const enrollmentMutators: readonly AnyMutator<User>[] = [join, leave];
