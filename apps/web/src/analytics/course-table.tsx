import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import type { Course } from '../data/tables.ts';
import { Progress } from '../design/progress.tsx';
import { SectionTitle } from '../design/surface.tsx';
import { NO_NUMBERS, type CourseNumbers } from './course-numbers.ts';
import { TEXT } from './text.ts';

/** Rows drawn at once. */
const MOST_ROWS = 200;

export type CourseTableProps = {
  readonly courses: readonly Course[];
  readonly numbers: ReadonlyMap<string, CourseNumbers>;
};

/** Each course with its numbers; on a narrow screen it is scrolled sideways. */
export function CourseTable({ courses, numbers }: CourseTableProps): ReactNode {
  const cell = 'px-4 py-3';
  const heads = [TEXT.learners, TEXT.active, TEXT.completed, TEXT.averageProgress, TEXT.averageScore];
  return (
    <section>
      <SectionTitle>{TEXT.courses}</SectionTitle>
      <div
        className="overflow-x-auto rounded-2xl border border-line bg-surface"
        role="region"
        aria-label={TEXT.courses}
        tabIndex={0}
      >
        <table className="w-full text-[0.9375rem]">
          <thead className="bg-sunken text-sm text-soft">
            <tr>
              {[TEXT.course, ...heads].map((name, index) => (
                <th
                  key={name}
                  scope="col"
                  className={`${cell} font-medium whitespace-nowrap ${index === 0 ? 'text-left' : 'text-right'}`}
                >
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {courses.slice(0, MOST_ROWS).map(({ id, title }) => {
              const { learners, active, completed, completionRate, averageProgress, averageScore } =
                numbers.get(id) ?? NO_NUMBERS;
              const number = `${cell} text-right tabular-nums whitespace-nowrap`;
              return (
                <tr key={id} className="border-t border-line">
                  <th scope="row" className={`${cell} min-w-44 text-left font-medium`}>
                    <Link to="/author/courses/$courseId" params={{ courseId: id }} className="no-underline hover:text-accent">
                      {title}
                    </Link>
                  </th>
                  <td className={number}>{learners}</td>
                  <td className={number}>{active}</td>
                  <td className={number}>
                    {completed} <span className="text-soft">({TEXT.percent(completionRate)})</span>
                  </td>
                  <td className={`${cell} min-w-40`}>
                    <Progress percent={averageProgress ?? 0} label={TEXT.progressOf(title)} />
                  </td>
                  <td className={number}>{TEXT.percent(averageScore)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {courses.length > MOST_ROWS && <p className="mt-4 text-soft">{TEXT.more(courses.length - MOST_ROWS)}</p>}
    </section>
  );
}
