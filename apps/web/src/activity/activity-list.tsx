import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import type { Row } from '@elira/protocol';
import { useRow } from '@elira/sync-react';
import type { Course, User, UserActivity } from '../data/tables.ts';
import { detailsOf } from './newest-activities.ts';
import { TEXT } from './text.ts';

/** What people did, one line each. */
export function ActivityList({ activities }: { readonly activities: readonly UserActivity[] }): ReactNode {
  return (
    <ol className="flex flex-col divide-y divide-line">
      {activities.map((activity) => (
        <li key={activity.id} className="animate-[appear_200ms_ease-out] py-3 first:pt-0 last:pb-0">
          <ActivityLine activity={activity} />
        </li>
      ))}
    </ol>
  );
}

const TABLES: Readonly<Record<string, string>> = { lesson: 'lessons', quiz: 'quizzes' };

function ActivityLine({ activity }: { readonly activity: UserActivity }): ReactNode {
  const { userId, activityType, entityType, entityId, timestamp } = activity;
  const { courseId, fields } = detailsOf(activity);
  const user = useRow<User>('users', userId);
  const course = useRow<Course>('courses', courseId);
  const table = TABLES[entityType];
  const thing = useRow<Row>(table ?? 'lessons', table === undefined ? undefined : entityId)?.['title'];
  const time = new Date(timestamp);
  return (
    <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5">
      <p className="min-w-0 text-[0.9375rem] break-words">
        <span className="font-semibold">{user?.name ?? TEXT.somebody}</span>{' '}
        <span className="text-soft">{TEXT.did[activityType] ?? TEXT.other}</span>{' '}
        {table !== undefined && (
          <>
            <span className="font-medium">{typeof thing === 'string' ? thing : TEXT.gone}</span>{' '}
            <span className="text-soft">{TEXT.in}</span>{' '}
          </>
        )}
        {course === undefined ? (
          <span className="text-soft">{TEXT.gone}</span>
        ) : (
          <Link to="/author/courses/$courseId" params={{ courseId: course.id }} className="hover:text-accent">
            {course.title}
          </Link>
        )}
        {fields.length > 0 && (
          <span className="text-soft">: {fields.map((field) => TEXT.fields[field] ?? field).join(', ')}</span>
        )}
      </p>
      <time dateTime={timestamp} className="text-sm whitespace-nowrap text-faint tabular-nums">
        {time.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
      </time>
    </div>
  );
}
