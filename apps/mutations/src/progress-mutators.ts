import { z } from 'zod';
import type { Row } from '@elira/protocol';
import { defineMutator, type AnyMutator, type OptimisticChange, type OptimisticView } from '@elira/rules';
import { uuid } from './fields.ts';
import type { User } from './user.ts';

type Completion = { readonly lessonId: string; readonly completed: boolean };

const complete = defineMutator<Completion, User>({
  name: 'lesson.complete',
  args: z.strictObject({ lessonId: uuid, completed: z.boolean() }),
  lane: ({ lessonId }) => `progress:${lessonId}`,
  flush: 'flush_lesson_completions',
  optimistic: (args, view) => [...shownCompletion(args, view), ...shownProgress(args, view)],
});

export const progressMutators: readonly AnyMutator<User>[] = [complete];

function shownCompletion({ lessonId, completed }: Completion, view: OptimisticView): OptimisticChange[] {
  const lesson = view.rows('published_lessons').get(lessonId);
  if (lesson === undefined) return [];
  const held = [...view.rows('lesson_progress')].find(
    ([, row]) => row['lessonId'] === lessonId && row['userId'] === view.userId,
  );
  const key = held?.[0] ?? `lesson:${lessonId}`;
  const row = {
    ...(held === undefined ? { id: key, userId: view.userId, courseId: lesson['courseId'], lessonId } : {}),
    completedAt: completed ? (held?.[1]['completedAt'] ?? view.madeAt) : null,
    lastAccessedAt: view.madeAt,
  };
  return [{ table: 'lesson_progress', key, row }];
}

/** As refresh_progress() computes it: per cent of the published lessons that are completed, rounded down. */
function shownProgress({ lessonId, completed }: Completion, view: OptimisticView): OptimisticChange[] {
  const courseId = view.rows('published_lessons').get(lessonId)?.['courseId'];
  const enrolled = [...view.rows('enrollments')].find(
    ([, row]) => row['courseId'] === courseId && row['userId'] === view.userId,
  );
  if (courseId === undefined || enrolled === undefined) return [];
  const lessons = [...view.rows('published_lessons')].filter(([, row]) => row['courseId'] === courseId).map(([key]) => key);
  const isMine = (row: Row): boolean => row['userId'] === view.userId && row['completedAt'] !== null;
  const done = new Set([...view.rows('lesson_progress').values()].filter(isMine).map((row) => row['lessonId']));
  if (completed) done.add(lessonId);
  else done.delete(lessonId);
  const progress = Math.floor((100 * lessons.filter((id) => done.has(id)).length) / lessons.length);
  return [{ table: 'enrollments', key: enrolled[0], row: { progress, lastAccessedAt: view.madeAt } }];
}
