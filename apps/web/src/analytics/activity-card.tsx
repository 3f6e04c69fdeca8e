import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react';
import { useRows } from '@elira/sync-react';
import type { Course, Enrollment, LessonProgress, UserActivity } from '../data/tables.ts';
import { Loading, Skeleton } from '../design/states.tsx';
import { Card, SectionTitle } from '../design/surface.tsx';
import { perDay, type Days } from './per-day.ts';
import { TEXT } from './text.ts';

const DAYS = 30;
const DayChart = lazy(async () => ({ default: (await import('./day-chart.tsx')).DayChart }));

/** Who joined and what was completed, day by day. Of completions administrators see what is in the feed of activities, authors all of theirs. */
export function ActivityCard({
  courses,
  isAdmin,
}: {
  readonly courses: readonly Course[];
  readonly isAdmin: boolean;
}): ReactNode {
  const enrollments = useRows<Enrollment>('enrollments');
  const progress = useRows<LessonProgress>('lesson_progress');
  const activities = useRows<UserActivity>('user_activities', { where: { activityType: 'lesson_completion' } });
  const [opened] = useState(() => Date.now());
  const days = useMemo(() => {
    const shown = new Set(courses.map(({ id }) => id));
    const enrolled = enrollments.filter(({ courseId }) => shown.has(courseId)).map(({ enrolledAt }) => Date.parse(enrolledAt));
    const completed = isAdmin
      ? activities.map(({ timestamp }) => Date.parse(timestamp))
      : progress.flatMap(({ courseId, completedAt }) =>
          completedAt !== null && shown.has(courseId) ? [Date.parse(completedAt)] : [],
        );
    // The day moves on with what happens, not with a clock.
    const latest = [enrolled, completed].flat().reduce((a, b) => Math.max(a, b), opened);
    return perDay([enrolled, completed], latest, DAYS);
  }, [courses, enrollments, progress, activities, isAdmin, opened]);
  return (
    <Card>
      <SectionTitle>{TEXT.chart.title}</SectionTitle>
      <figure aria-label={TEXT.chart.label}>
        <Suspense fallback={<ChartLoading />}>
          <DayChart days={days} />
        </Suspense>
        <figcaption className="mt-3 flex flex-wrap gap-x-6 gap-y-1 text-sm text-soft">
          <span className="flex items-center gap-2">
            <span aria-hidden="true" className="h-1 w-5 rounded-full bg-accent" />
            {TEXT.chart.enrolled}
          </span>
          <span className="flex items-center gap-2">
            <span aria-hidden="true" className="h-1 w-5 rounded-full bg-warn" />
            {TEXT.chart.lessons}
          </span>
        </figcaption>
      </figure>
      <DayTable days={days} />
    </Card>
  );
}

function ChartLoading(): ReactNode {
  return (
    <Loading>
      <Skeleton className="h-56 w-full" />
    </Loading>
  );
}

/** The same for those who do not see a chart. */
function DayTable({ days: { days, counts } }: { readonly days: Days }): ReactNode {
  const [enrolled = [], completed = []] = counts;
  return (
    <details className="mt-4 text-sm">
      <summary className="w-fit cursor-pointer rounded-lg py-1 font-medium text-soft hover:text-ink">
        {TEXT.chart.asTable}
      </summary>
      <div
        className="mt-2 max-h-72 overflow-auto rounded-xl border border-line"
        role="region"
        aria-label={TEXT.chart.label}
        tabIndex={0}
      >
        <table className="w-full tabular-nums">
          <thead className="bg-sunken text-soft">
            <tr>
              {[TEXT.chart.day, TEXT.chart.enrolled, TEXT.chart.lessons].map((name) => (
                <th key={name} scope="col" className="px-3 py-2 text-left font-medium">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map((day, index) => (
              <tr key={day} className="border-t border-line">
                <th scope="row" className="px-3 py-1.5 text-left font-normal whitespace-nowrap">
                  {new Date(day * 1000).toLocaleDateString(undefined, { timeZone: 'UTC' })}
                </th>
                <td className="px-3 py-1.5">{enrolled[index]}</td>
                <td className="px-3 py-1.5">{completed[index]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
