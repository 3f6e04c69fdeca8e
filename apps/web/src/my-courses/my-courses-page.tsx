import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { useRows, useSyncStatus } from '@elira/sync-react';
import { usePerson } from '../app/session-context.tsx';
import { CourseCard } from '../course/course-card.tsx';
import type { Enrollment, PublishedCourse } from '../data/tables.ts';
import { buttonClasses } from '../design/button.tsx';
import { Progress } from '../design/progress.tsx';
import { EmptyState, LoadingCards } from '../design/states.tsx';
import { Page, PageTitle } from '../design/surface.tsx';
import { TEXT } from './text.ts';

export function MyCoursesPage(): ReactNode {
  const person = usePerson();
  const { hasRows } = useSyncStatus();
  const enrollments = useRows<Enrollment>('enrollments', {
    where: { userId: person?.id ?? '' },
    orderBy: (a, b) => (a.enrolledAt < b.enrolledAt ? 1 : -1),
  });
  const courses = useRows<PublishedCourse>('published_courses');
  if (person === undefined) {
    return (
      <Page>
        <EmptyState
          isWholePage
          title={TEXT.signIn.title}
          actions={
            <Link to="/sign-in" search={{ back: '/learning' }} className={buttonClasses()}>
              {TEXT.signIn.action}
            </Link>
          }
        />
      </Page>
    );
  }
  return (
    <Page>
      <title>{`${TEXT.title} · Elira`}</title>
      <PageTitle under={TEXT.under}>{TEXT.title}</PageTitle>
      {!hasRows ? (
        <LoadingCards />
      ) : enrollments.length === 0 ? (
        <EmptyState
          title={TEXT.empty.title}
          actions={
            <Link to="/" className={buttonClasses()}>
              {TEXT.empty.action}
            </Link>
          }
        >
          {TEXT.empty.body}
        </EmptyState>
      ) : (
        <div className="grid gap-6 sm:grid-cols-2 lg:grid-cols-3">
          {enrollments.map((enrollment) => {
            const course = courses.find(({ id }) => id === enrollment.courseId);
            return course === undefined ? (
              <UnavailableCard key={enrollment.id} progress={enrollment.progress} />
            ) : (
              <CourseCard key={enrollment.id} course={course} enrollment={enrollment} />
            );
          })}
        </div>
      )}
    </Page>
  );
}

/** The course of an enrolment that nobody may see at the moment; its title has gone with it. */
function UnavailableCard({ progress }: { readonly progress: number }): ReactNode {
  return (
    <article className="flex flex-col gap-2 rounded-2xl border border-dashed border-line-strong/60 p-5">
      <h2 className="text-lg font-semibold">{TEXT.unavailableTitle}</h2>
      <p className="text-[0.9375rem] text-soft">{TEXT.unavailable}</p>
      <div className="mt-auto pt-3">
        <Progress percent={progress} label={TEXT.unavailableTitle} />
      </div>
    </article>
  );
}
