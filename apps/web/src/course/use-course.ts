import { useRow, useRows, useSyncStatus } from '@elira/sync-react';
import { usePerson } from '../app/session-context.tsx';
import type { Enrollment, LessonProgress, PublishedCourse } from '../data/tables.ts';

export type CourseView = {
  readonly course: PublishedCourse | undefined;
  readonly enrollment: Enrollment | undefined;
  readonly isDone: (lessonId: string) => boolean;
  /** No rows have come yet, so what is missing may still arrive. */
  readonly isLoading: boolean;
};

/** A published course as the person who looks at it sees it. */
export function useCourse(courseId: string): CourseView {
  const person = usePerson();
  const { hasRows } = useSyncStatus();
  const course = useRow<PublishedCourse>('published_courses', courseId);
  const userId = person?.id ?? '';
  const [enrollment] = useRows<Enrollment>('enrollments', { where: { courseId, userId } });
  const progress = useRows<LessonProgress>('lesson_progress', { where: { courseId, userId } });
  const isDone = (lessonId: string): boolean => progress.some((row) => row.lessonId === lessonId && row.completedAt !== null);
  return { course, enrollment, isDone, isLoading: !hasRows };
}
