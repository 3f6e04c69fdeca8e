import { useMemo, type ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { useRows, useSyncStatus } from '@elira/sync-react';
import { LatestActivityCard } from '../activity/latest-activity-card.tsx';
import { AnnouncementsCard } from '../announcements/announcements-card.tsx';
import { usePerson } from '../app/session-context.tsx';
import { byTitle } from '../data/order.ts';
import type { Course, CourseAuthor, CourseCounts } from '../data/tables.ts';
import { buttonClasses } from '../design/button.tsx';
import { EmptyState, LoadingCards } from '../design/states.tsx';
import { Page, PageTitle } from '../design/surface.tsx';
import { ActivityCard } from './activity-card.tsx';
import { numbersByCourse, numbersOfAll } from './course-numbers.ts';
import { CourseTable } from './course-table.tsx';
import { NumberTiles } from './number-tiles.tsx';
import { TEXT } from './text.ts';

/** How courses are doing: all of them for administrators, their own for authors. Every number is a sum over rows of the stream. */
export function DashboardPage(): ReactNode {
  const person = usePerson();
  if (person !== undefined) return <Dashboard personId={person.id} isAdmin={person.role === 'admin'} />;
  return (
    <Page>
      <EmptyState
        isWholePage
        title={TEXT.signIn.title}
        actions={
          <Link to="/sign-in" search={{ back: '/dashboard' }} className={buttonClasses()}>
            {TEXT.signIn.action}
          </Link>
        }
      />
    </Page>
  );
}

function Dashboard({ personId, isAdmin }: { readonly personId: string; readonly isAdmin: boolean }): ReactNode {
  const { hasRows } = useSyncStatus();
  const authored = useRows<CourseAuthor>('course_authors', { where: { userId: personId } });
  const all = useRows<Course>('courses', { orderBy: byTitle });
  const counts = useRows<CourseCounts>('course_counts');
  const courses = useMemo(() => {
    const mine = new Set(authored.map(({ courseId }) => courseId));
    return isAdmin ? all : all.filter(({ id }) => mine.has(id));
  }, [all, authored, isAdmin]);
  const numbers = useMemo(() => numbersByCourse(counts), [counts]);
  const total = useMemo(() => {
    const shown = new Set(courses.map(({ id }) => id));
    return numbersOfAll(counts.filter(({ courseId }) => shown.has(courseId)));
  }, [counts, courses]);
  return (
    <Page>
      <title>{`${TEXT.title} · Elira`}</title>
      <PageTitle under={isAdmin ? TEXT.underAdmin : TEXT.underAuthor}>{TEXT.title}</PageTitle>
      {!hasRows ? (
        <LoadingCards />
      ) : (
        <div className="flex flex-col gap-8">
          {courses.length === 0 ? (
            <EmptyState title={TEXT.empty.title}>{TEXT.empty.body}</EmptyState>
          ) : (
            <>
              <NumberTiles numbers={total} />
              <ActivityCard courses={courses} isAdmin={isAdmin} />
              {isAdmin && <LatestActivityCard />}
              <CourseTable courses={courses} numbers={numbers} />
            </>
          )}
          {isAdmin && <AnnouncementsCard courseId={null} />}
        </div>
      )}
    </Page>
  );
}
