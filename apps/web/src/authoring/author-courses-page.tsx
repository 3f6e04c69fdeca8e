import { useState, type FormEvent, type ReactNode } from 'react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useRows, useSyncStatus } from '@elira/sync-react';
import { usePerson } from '../app/session-context.tsx';
import { CourseCover } from '../course/course-cover.tsx';
import { byTitle } from '../data/order.ts';
import { told } from '../data/problem.ts';
import type { Course, CourseAuthor, Enrollment, Lesson } from '../data/tables.ts';
import { writes } from '../data/writes.ts';
import { Button, buttonClasses } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { Field } from '../design/field.tsx';
import { PlusIcon } from '../design/icons.tsx';
import { EmptyState, LoadingCards } from '../design/states.tsx';
import { Page, PageTitle } from '../design/surface.tsx';
import { CourseStatusBadge } from './course-status.tsx';
import { TEXT } from './text.ts';

export function AuthorCoursesPage(): ReactNode {
  const person = usePerson();
  const { hasRows } = useSyncStatus();
  const mine = useRows<CourseAuthor>('course_authors', { where: { userId: person?.id ?? '' } });
  const courses = useRows<Course>('courses', { orderBy: byTitle });
  const own = courses.filter(({ id }) => mine.some(({ courseId }) => courseId === id));
  if (person === undefined) {
    return (
      <Page>
        <EmptyState
          isWholePage
          title={TEXT.list.signIn.title}
          actions={
            <Link to="/sign-in" search={{ back: '/author' }} className={buttonClasses()}>
              {TEXT.list.signIn.action}
            </Link>
          }
        />
      </Page>
    );
  }
  const add = person.role === 'learner' ? undefined : <AddCourse />;
  return (
    <Page>
      <title>{`${TEXT.list.title} · Elira`}</title>
      <PageTitle under={TEXT.list.under} actions={own.length > 0 ? add : undefined}>
        {TEXT.list.title}
      </PageTitle>
      {!hasRows ? (
        <LoadingCards />
      ) : own.length === 0 ? (
        <EmptyState title={TEXT.list.empty.title} actions={add}>
          {TEXT.list.empty.body}
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-4">
          {own.map((course) => (
            <li key={course.id}>
              <AuthorCourseRow course={course} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

export function AuthorCourseRow({ course }: { readonly course: Course }): ReactNode {
  const lessons = useRows<Lesson>('lessons', { where: { courseId: course.id, deletedAt: null } });
  const learners = useRows<Enrollment>('enrollments', { where: { courseId: course.id } });
  return (
    <article className="group relative flex overflow-hidden rounded-2xl border border-line bg-surface shadow-card transition-shadow hover:shadow-float has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
      <CourseCover id={course.id} className="!w-24 shrink-0 sm:!w-40" />
      <div className="flex min-w-0 flex-1 flex-col gap-1.5 p-4 sm:p-5">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          <h2 className="text-lg font-semibold tracking-[-0.012em]">
            <Link
              to="/author/courses/$courseId"
              params={{ courseId: course.id }}
              className="no-underline outline-none after:absolute after:inset-0 group-hover:text-accent"
            >
              {course.title}
            </Link>
          </h2>
          <CourseStatusBadge course={course} />
        </div>
        <p className="line-clamp-2 text-[0.9375rem] text-soft">{course.description}</p>
        <p className="text-sm text-faint">
          {TEXT.list.lessons(lessons.length)} · {TEXT.list.learners(learners.length)}
        </p>
      </div>
    </article>
  );
}

function AddCourse(): ReactNode {
  return (
    <Dialog
      title={TEXT.list.addTitle}
      trigger={
        <Button>
          <PlusIcon />
          {TEXT.list.add}
        </Button>
      }
    >
      {(close) => <AddCourseForm onDone={close} />}
    </Dialog>
  );
}

function AddCourseForm({ onDone }: { readonly onDone: () => void }): ReactNode {
  const navigate = useNavigate();
  const [title, setTitle] = useState('');
  const [description, setDescription] = useState('');
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<string>();
  const create = async (): Promise<void> => {
    setPending(true);
    setFailure(undefined);
    try {
      const courseId = await writes.addCourse(title.trim(), description.trim());
      onDone();
      await navigate({ to: '/author/courses/$courseId', params: { courseId } });
    } catch (error) {
      setFailure(told(error));
      setPending(false);
    }
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (!pending) void create();
  };
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-5">
      <Field label={TEXT.list.addTitleLabel} value={title} onChange={setTitle} isRequired maxLength={255} autoFocus />
      <Field label={TEXT.list.addDescription} value={description} onChange={setDescription} lines={4} />
      {failure !== undefined && (
        <p role="alert" className="text-danger">
          {failure}
        </p>
      )}
      <Button type="submit" isPending={pending}>
        {TEXT.list.create}
      </Button>
    </form>
  );
}
