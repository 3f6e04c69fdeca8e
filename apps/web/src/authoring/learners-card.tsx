import type { ReactNode } from 'react';
import { useRows } from '@elira/sync-react';
import type { Enrollment } from '../data/tables.ts';
import { Progress } from '../design/progress.tsx';
import { Card, SectionTitle } from '../design/surface.tsx';
import { useCourseNames } from './use-course-names.ts';
import { TEXT } from './text.ts';

/** Learners that are named one by one; a course with more shows the latest. */
const MOST_LEARNERS = 50;

/** Who has enrolled and how far they are, as it happens. */
export function LearnersCard({ courseId }: { readonly courseId: string }): ReactNode {
  const nameOf = useCourseNames(courseId);
  const enrollments = useRows<Enrollment>('enrollments', {
    where: { courseId },
    orderBy: (a, b) => (a.enrolledAt < b.enrolledAt ? 1 : -1),
  });
  return (
    <Card>
      <SectionTitle aside={<span className="text-soft tabular-nums">{enrollments.length}</span>}>
        {TEXT.learners.title}
      </SectionTitle>
      {enrollments.length === 0 ? (
        <p className="text-[0.9375rem] text-soft">{TEXT.learners.none}</p>
      ) : (
        <ul className="flex max-h-96 flex-col gap-4 overflow-y-auto">
          {enrollments.slice(0, MOST_LEARNERS).map(({ id, userId, progress }) => {
            const name = nameOf(userId) ?? TEXT.authors.unknown;
            return (
              <li key={id}>
                <span className="mb-1 block truncate text-[0.9375rem]">{name}</span>
                <Progress percent={progress} label={TEXT.learners.progressOf(name)} />
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
