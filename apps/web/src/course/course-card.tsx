import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import type { Enrollment, PublishedCourse } from '../data/tables.ts';
import { Badge } from '../design/badge.tsx';
import { LockIcon } from '../design/icons.tsx';
import { Progress } from '../design/progress.tsx';
import { CourseCover } from './course-cover.tsx';
import { lessonCount } from './outline.ts';
import { TEXT } from './text.ts';

export type CourseCardProps = { readonly course: PublishedCourse; readonly enrollment: Enrollment | undefined };

/** A course in a list. The whole card leads to it; the title is the link that is read. */
export function CourseCard({ course, enrollment }: CourseCardProps): ReactNode {
  return (
    <article className="group relative flex flex-col overflow-hidden rounded-2xl border border-line bg-surface shadow-card transition-shadow duration-200 hover:shadow-float has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
      <CourseCover id={course.id} className="h-28" />
      <div className="flex flex-1 flex-col gap-2 p-5">
        <h2 className="text-lg font-semibold tracking-[-0.012em]">
          <Link
            to="/courses/$courseId"
            params={{ courseId: course.id }}
            className="no-underline outline-none after:absolute after:inset-0 group-hover:text-accent"
          >
            {course.title}
          </Link>
        </h2>
        <p className="line-clamp-3 text-[0.9375rem] text-soft">{course.description}</p>
        <div className="mt-auto pt-3">
          {enrollment === undefined ? (
            <div className="flex flex-wrap gap-2">
              <Badge>{TEXT.lessons(lessonCount(course.outline))}</Badge>
              {course.access === 'code' && (
                <Badge tone="warn">
                  <LockIcon />
                  {TEXT.needsCode}
                </Badge>
              )}
            </div>
          ) : (
            <Progress percent={enrollment.progress} label={TEXT.progressIn(course.title)} />
          )}
        </div>
      </div>
    </article>
  );
}
