import type { ReactNode } from 'react';
import type { Course } from '../data/tables.ts';
import { Badge, type BadgeTone } from '../design/badge.tsx';
import { TEXT } from './text.ts';

export type CourseStatus = keyof typeof TEXT.status;

/** Pure. Where a course stands between its authors and its learners. */
export function statusOf({ isPublished, isDraft }: Pick<Course, 'isPublished' | 'isDraft'>): CourseStatus {
  if (!isPublished) return 'draft';
  return isDraft ? 'changed' : 'published';
}

const TONES: Readonly<Record<CourseStatus, BadgeTone>> = { draft: 'plain', published: 'good', changed: 'warn' };

export function CourseStatusBadge({ course }: { readonly course: Course }): ReactNode {
  const status = statusOf(course);
  return <Badge tone={TONES[status]}>{TEXT.status[status]}</Badge>;
}
