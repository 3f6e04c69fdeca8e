import { useState, type ReactNode } from 'react';
import { useRows, useSyncStatus } from '@elira/sync-react';
import { usePerson } from '../app/session-context.tsx';
import { CourseCard } from '../course/course-card.tsx';
import type { Enrollment, PublishedCourse } from '../data/tables.ts';
import { byTitle } from '../data/order.ts';
import { Button } from '../design/button.tsx';
import { Field } from '../design/field.tsx';
import { EmptyState, LoadingCards } from '../design/states.tsx';
import { Page, PageTitle } from '../design/surface.tsx';
import { TEXT } from './text.ts';

/** Courses above which a field to find one is worth its place. */
const FILTER_FROM = 7;

export function CataloguePage(): ReactNode {
  const person = usePerson();
  const { hasRows } = useSyncStatus();
  const courses = useRows<PublishedCourse>('published_courses', { orderBy: byTitle });
  const enrollments = useRows<Enrollment>('enrollments', { where: { userId: person?.id ?? '' } });
  const [filter, setFilter] = useState('');
  const wanted = filter.trim().toLocaleLowerCase();
  const shown = courses.filter(({ title, description }) =>
    `${title} ${description ?? ''}`.toLocaleLowerCase().includes(wanted),
  );
  return (
    <Page>
      <title>Elira</title>
      <PageTitle under={TEXT.under}>{TEXT.title}</PageTitle>
      {courses.length >= FILTER_FROM && (
        <Field
          label={TEXT.filter}
          placeholder={TEXT.filterPlaceholder}
          type="search"
          value={filter}
          onChange={setFilter}
          className="mb-8 max-w-sm"
        />
      )}
      {!hasRows ? (
        <LoadingCards />
      ) : courses.length === 0 ? (
        <EmptyState title={TEXT.empty.title}>{TEXT.empty.body}</EmptyState>
      ) : shown.length === 0 ? (
        <EmptyState
          title={TEXT.noMatch(filter)}
          actions={
            <Button look="secondary" onPress={() => setFilter('')}>
              {TEXT.clear}
            </Button>
          }
        />
      ) : (
        <div className="grid gap-6 sm:grid-cols-2 lg:grid-cols-3">
          {shown.map((course) => (
            <CourseCard
              key={course.id}
              course={course}
              enrollment={enrollments.find(({ courseId }) => courseId === course.id)}
            />
          ))}
        </div>
      )}
    </Page>
  );
}
