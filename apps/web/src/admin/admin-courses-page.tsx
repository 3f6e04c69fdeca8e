import type { ReactNode } from 'react';
import { useRows, useSyncStatus } from '@elira/sync-react';
import { AuthorCourseRow } from '../authoring/author-courses-page.tsx';
import { byTitle } from '../data/order.ts';
import type { Course } from '../data/tables.ts';
import { EmptyState, LoadingCards } from '../design/states.tsx';
import { Page, PageTitle } from '../design/surface.tsx';
import { AdminsOnly } from './admins-only.tsx';
import { TEXT } from './text.ts';

export function AdminCoursesPage(): ReactNode {
  return (
    <AdminsOnly>
      <AllCourses />
    </AdminsOnly>
  );
}

function AllCourses(): ReactNode {
  const { hasRows } = useSyncStatus();
  const courses = useRows<Course>('courses', { orderBy: byTitle });
  return (
    <Page>
      <title>{`${TEXT.courses.title} · Elira`}</title>
      <PageTitle under={TEXT.courses.under}>{TEXT.courses.title}</PageTitle>
      {!hasRows ? (
        <LoadingCards />
      ) : courses.length === 0 ? (
        <EmptyState title={TEXT.courses.empty} />
      ) : (
        <ul className="flex flex-col gap-4">
          {courses.map((course) => (
            <li key={course.id}>
              <AuthorCourseRow course={course} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}
