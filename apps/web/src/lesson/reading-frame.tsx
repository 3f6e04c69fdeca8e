import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { useScopeHeld } from '@elira/sync-react';
import { scopeKey } from '@elira/protocol';
import { CourseUnavailable } from '../course/course-unavailable.tsx';
import { around, type Stop } from '../course/outline.ts';
import { OutlineList } from '../course/outline-list.tsx';
import { useCourse } from '../course/use-course.ts';
import type { Enrollment, PublishedCourse } from '../data/tables.ts';
import { buttonClasses } from '../design/button.tsx';
import { LeftIcon, RightIcon } from '../design/icons.tsx';
import { EmptyState, LoadingText } from '../design/states.tsx';
import { Page } from '../design/surface.tsx';
import { TEXT as OFFLINE } from '../offline/text.ts';
import { useIsCutOff } from '../offline/use-is-cut-off.ts';
import { TEXT } from './text.ts';

export type Reading = {
  readonly course: PublishedCourse;
  readonly enrollment: Enrollment;
  readonly module: string | undefined;
  readonly isDone: (lessonId: string) => boolean;
};

export type ReadingFrameProps = {
  readonly courseId: string;
  /** The lesson or quiz that is read. */
  readonly id: string;
  readonly title: string | undefined;
  readonly children: (reading: Reading) => ReactNode;
};

/** What stands around a lesson or quiz: its title, the way on, and the whole course beside it. */
export function ReadingFrame({ courseId, id, title, children }: ReadingFrameProps): ReactNode {
  const { course, enrollment, isDone, isLoading } = useCourse(courseId);
  const isHeld = useScopeHeld(scopeKey('content', 'learner', courseId));
  const isCutOff = useIsCutOff();
  if (course === undefined && !isLoading) return <CourseUnavailable />;
  if (course !== undefined && enrollment === undefined && !isLoading)
    return <ToCourse courseId={courseId} {...TEXT.toEnroll} />;
  if (title === undefined && !isHeld && isCutOff) return <ToCourse courseId={courseId} {...OFFLINE.notHere} />;
  if (course === undefined || enrollment === undefined || (title === undefined && !isHeld)) {
    return (
      <Page>
        <LoadingText />
      </Page>
    );
  }
  if (title === undefined) return <ToCourse courseId={courseId} {...TEXT.gone} />;
  const { before, after, module } = around(course.outline, id);
  return (
    <Page>
      <title>{`${title} · ${course.title}`}</title>
      <div className="grid gap-12 lg:grid-cols-[minmax(0,1fr)_18rem]">
        <article className="min-w-0">
          <header className="mb-8">
            <p className="mb-2 text-sm font-medium text-soft">
              <Link to="/courses/$courseId" params={{ courseId }} className="no-underline hover:text-accent">
                {course.title}
              </Link>
              {module !== undefined && <span className="text-faint"> · {module}</span>}
            </p>
            <h1 className="text-3xl font-bold tracking-[-0.022em] sm:text-4xl">{title}</h1>
          </header>
          {children({ course, enrollment, module, isDone })}
          <nav aria-label={TEXT.outline} className="mt-10 flex flex-wrap justify-between gap-3 border-t border-line pt-6">
            {before === undefined ? <span /> : <StopLink courseId={courseId} stop={before} direction="previous" />}
            {after === undefined ? (
              <p className="py-2 text-soft">{TEXT.finished}</p>
            ) : (
              <StopLink courseId={courseId} stop={after} direction="next" />
            )}
          </nav>
        </article>
        <aside
          aria-label={TEXT.outline}
          className="lg:sticky lg:top-24 lg:max-h-[calc(100dvh-8rem)] lg:self-start lg:overflow-y-auto"
        >
          <h2 className="mb-4 px-3 text-sm font-semibold tracking-wide text-faint uppercase">{TEXT.outline}</h2>
          <OutlineList courseId={courseId} outline={course.outline} isOpen isDone={isDone} current={id} />
        </aside>
      </div>
    </Page>
  );
}

function StopLink({
  courseId,
  stop,
  direction,
}: {
  readonly courseId: string;
  readonly stop: Stop;
  readonly direction: 'previous' | 'next';
}): ReactNode {
  const inside = (
    <>
      {direction === 'previous' && <LeftIcon />}
      <span className="flex min-w-0 flex-col leading-tight">
        <span className="text-xs font-medium text-faint">{TEXT[direction]}</span>
        <span className="truncate">{stop.title}</span>
      </span>
      {direction === 'next' && <RightIcon />}
    </>
  );
  const className = `${buttonClasses('secondary')} !h-auto max-w-full py-2.5 ${direction === 'next' ? 'text-right' : 'text-left'}`;
  return stop.kind === 'lesson' ? (
    <Link to="/courses/$courseId/lessons/$lessonId" params={{ courseId, lessonId: stop.id }} className={className}>
      {inside}
    </Link>
  ) : (
    <Link to="/courses/$courseId/quizzes/$quizId" params={{ courseId, quizId: stop.id }} className={className}>
      {inside}
    </Link>
  );
}

type ToCourseProps = { readonly courseId: string; readonly title: string; readonly body?: string; readonly action: string };

function ToCourse({ courseId, title, body, action }: ToCourseProps): ReactNode {
  return (
    <Page>
      <EmptyState
        isWholePage
        title={title}
        actions={
          <Link to="/courses/$courseId" params={{ courseId }} className={buttonClasses()}>
            {action}
          </Link>
        }
      >
        {body}
      </EmptyState>
    </Page>
  );
}
