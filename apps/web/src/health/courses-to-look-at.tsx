import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { useRow } from '@elira/sync-react';
import type { Course, SyncState } from '../data/tables.ts';
import { Badge } from '../design/badge.tsx';
import { Card, SectionTitle } from '../design/surface.tsx';
import { TEXT } from './text.ts';

/** Courses that are listed at most. */
const MOST = 50;

/** What is on its way, and what cannot be shown, with the reason. What failed comes first. */
export function CoursesToLookAt({ states }: { readonly states: readonly SyncState[] }): ReactNode {
  const wanted = states
    .filter(({ status, entityType }) => status !== 'success' && entityType === 'course')
    .sort((a, b) => a.status.localeCompare(b.status) || (a.id < b.id ? -1 : 1));
  return (
    <Card>
      <SectionTitle>{TEXT.notes}</SectionTitle>
      {wanted.length === 0 ? (
        <p className="text-soft">{TEXT.noNotes}</p>
      ) : (
        <ul className="flex flex-col divide-y divide-line">
          {wanted.slice(0, MOST).map((state) => (
            <li key={state.id} className="py-3 first:pt-0 last:pb-0">
              <CourseState state={state} />
            </li>
          ))}
        </ul>
      )}
      {wanted.length > MOST && <p className="mt-3 text-soft">{TEXT.more(wanted.length - MOST)}</p>}
    </Card>
  );
}

function CourseState({ state: { entityId, status, lastSyncAt, errorMessage } }: { readonly state: SyncState }): ReactNode {
  const course = useRow<Course>('courses', entityId);
  return (
    <div>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {course === undefined ? (
          TEXT.goneCourse
        ) : (
          <Link to="/author/courses/$courseId" params={{ courseId: entityId }} className="hover:text-accent">
            {course.title}
          </Link>
        )}
        <Badge tone={status === 'failed' ? 'danger' : 'warn'}>{TEXT.states[status]}</Badge>
        <span className="text-sm text-faint">{lastSyncAt === null ? TEXT.neverRead : TEXT.lastRead(lastSyncAt)}</span>
      </p>
      {errorMessage !== null && <p className="mt-1 text-[0.9375rem] text-soft">{errorMessage}</p>}
    </div>
  );
}
