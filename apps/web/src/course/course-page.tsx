import type { ReactNode } from 'react';
import { Link, useParams } from '@tanstack/react-router';
import { CourseAnnouncements } from '../announcements/course-announcements.tsx';
import { LoadingText } from '../design/states.tsx';
import { Page, SectionTitle } from '../design/surface.tsx';
import { CourseCover } from './course-cover.tsx';
import { CourseUnavailable } from './course-unavailable.tsx';
import { EnrollCard } from './enroll-card.tsx';
import { OutlineList } from './outline-list.tsx';
import { TEXT } from './text.ts';
import { useCourse } from './use-course.ts';

export function CoursePage(): ReactNode {
  const { courseId } = useParams({ from: '/courses/$courseId' });
  const view = useCourse(courseId);
  const { course, enrollment, isDone, isLoading } = view;
  if (course === undefined) {
    return isLoading ? (
      <Page>
        <LoadingText />
      </Page>
    ) : (
      <CourseUnavailable />
    );
  }
  return (
    <>
      <title>{`${course.title} · Elira`}</title>
      <CourseCover id={course.id} isWide className="h-24 sm:h-36" />
      <Page className="!pt-8 sm:!pt-10">
        <div className="grid gap-x-12 gap-y-8 lg:grid-cols-[1fr_20rem]">
          <header>
            <Link to="/" className="mb-2 inline-block text-sm font-medium text-soft no-underline hover:text-accent">
              ← {TEXT.back}
            </Link>
            <h1 className="text-[1.75rem] font-bold tracking-[-0.022em] sm:text-4xl">{course.title}</h1>
            <p className="mt-4 max-w-prose text-lg leading-relaxed whitespace-pre-line text-soft">{course.description}</p>
          </header>
          <div className="lg:row-span-2">
            <EnrollCard key={enrollment?.id ?? 'none'} course={course} enrollment={enrollment} isDone={isDone} />
          </div>
          <div className="flex min-w-0 flex-col gap-10">
            <CourseAnnouncements courseId={course.id} />
            <section>
              <SectionTitle>{TEXT.outline}</SectionTitle>
              <OutlineList courseId={course.id} outline={course.outline} isOpen={enrollment !== undefined} isDone={isDone} />
            </section>
          </div>
        </div>
      </Page>
    </>
  );
}
