import { useMemo, type ReactNode } from 'react';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useRow, useSyncStatus } from '@elira/sync-react';
import { CourseMissing } from '../authoring/course-missing.tsx';
import type { Course } from '../data/tables.ts';
import { LoadingText } from '../design/states.tsx';
import { Page, PageTitle } from '../design/surface.tsx';
import { AuditFilterForm } from './audit-filter-form.tsx';
import { AuditTimeline } from './audit-timeline.tsx';
import { TEXT } from './text.ts';
import { useNames } from './use-names.ts';

/** Who changed what in a course, for its authors. */
export function CourseAuditPage(): ReactNode {
  const { courseId } = useParams({ from: '/author/courses/$courseId/audit' });
  const { hasRows } = useSyncStatus();
  const course = useRow<Course>('courses', courseId);
  if (course === undefined) return <Page>{hasRows ? <CourseMissing /> : <LoadingText />}</Page>;
  return <CourseAudit key={courseId} course={course} />;
}

function CourseAudit({ course }: { readonly course: Course }): ReactNode {
  const from = '/author/courses/$courseId/audit';
  const { course: _, ...search } = useSearch({ from });
  const navigate = useNavigate({ from });
  const nameOf = useNames();
  const question = JSON.stringify(search);
  const chosen = useMemo(() => JSON.parse(question) as typeof search, [question]);
  const filters = useMemo(() => ({ ...chosen, course: course.id }), [chosen, course.id]);
  return (
    <Page className="max-w-5xl">
      <title>{`${TEXT.courseTitle} · Elira`}</title>
      <PageTitle
        over={
          <Link to="/author/courses/$courseId" params={{ courseId: course.id }} className="no-underline hover:text-accent">
            ← {course.title}
          </Link>
        }
        under={TEXT.courseUnder}
      >
        {TEXT.courseTitle}
      </PageTitle>
      <AuditFilterForm
        filters={chosen}
        nameOf={nameOf}
        courseId={course.id}
        onChange={(next) => void navigate({ search: next, replace: true, resetScroll: false })}
      />
      <AuditTimeline key={question} filters={filters} nameOf={nameOf} namesCourse={false} isNarrowed={question !== '{}'} />
    </Page>
  );
}
