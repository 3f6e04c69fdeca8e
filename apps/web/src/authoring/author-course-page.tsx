import type { ReactNode } from 'react';
import { Link, useParams } from '@tanstack/react-router';
import { useRow, useSyncStatus } from '@elira/sync-react';
import { AnnouncementsCard } from '../announcements/announcements-card.tsx';
import type { Course } from '../data/tables.ts';
import { buttonClasses } from '../design/button.tsx';
import { LoadingText, Notice } from '../design/states.tsx';
import { Page, PageTitle } from '../design/surface.tsx';
import { AccessCard } from './access-card.tsx';
import { AuthorsCard } from './authors-card.tsx';
import { CourseMissing } from './course-missing.tsx';
import { CourseStatusBadge } from './course-status.tsx';
import { DetailsCard } from './details-card.tsx';
import { LearnersCard } from './learners-card.tsx';
import { OutlineCard } from './outline-card.tsx';
import { PublishingCard } from './publishing-card.tsx';
import { TEXT } from './text.ts';
import { useLastRow } from './use-last-row.ts';

export function AuthorCoursePage(): ReactNode {
  const { courseId } = useParams({ from: '/author/courses/$courseId' });
  // The key: another course begins with forms of its own.
  return <AuthorCourse key={courseId} courseId={courseId} />;
}

function AuthorCourse({ courseId }: { readonly courseId: string }): ReactNode {
  const { hasRows } = useSyncStatus();
  const row = useRow<Course>('courses', courseId);
  const course = useLastRow(row);
  if (course === undefined) {
    return <Page>{hasRows ? <CourseMissing /> : <LoadingText />}</Page>;
  }
  return (
    <Page>
      <title>{`${course.title} · Elira`}</title>
      <PageTitle
        over={
          <Link to="/author" className="no-underline hover:text-accent">
            ← {TEXT.back}
          </Link>
        }
        actions={
          <>
            <CourseStatusBadge course={course} />
            {course.isPublished && (
              <Link to="/courses/$courseId" params={{ courseId }} className={buttonClasses('secondary', 'small')}>
                {TEXT.view}
              </Link>
            )}
          </>
        }
      >
        {course.title}
      </PageTitle>
      {row === undefined && hasRows && (
        <div className="mb-6">
          <Notice tone="danger">{TEXT.withdrawn}</Notice>
        </div>
      )}
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-6">
          <DetailsCard course={course} />
          <OutlineCard courseId={courseId} />
          <AnnouncementsCard courseId={courseId} />
        </div>
        <div className="flex flex-col gap-6">
          <PublishingCard course={course} />
          <AccessCard course={course} />
          <AuthorsCard courseId={courseId} />
          <LearnersCard courseId={courseId} />
        </div>
      </div>
    </Page>
  );
}
