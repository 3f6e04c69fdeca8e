import { expect, test } from 'vitest';
import type { UserActivity } from '../data/tables.ts';
import { activityKind } from './activity-kind.ts';
import { countByKind, detailsOf, newestActivities } from './newest-activities.ts';

const activity = (id: string, activityType: string, of: Partial<UserActivity> = {}): UserActivity => ({
  id,
  userId: 'ann',
  activityType,
  entityType: 'course',
  entityId: 'c',
  metadata: {},
  timestamp: '2026-01-01T00:00:00Z',
  ...of,
});

test('W23 the feed is the newest first, of a kind or of all, and no longer than it may be', () => {
  const rows = [activity('1', 'enrollment'), activity('3', 'quiz_attempt'), activity('2', 'enrollment')];
  const ids = (kind: 'enrollment' | undefined, most: number): string[] =>
    newestActivities(rows, kind, most).map(({ id }) => id);
  expect([ids(undefined, 5), ids(undefined, 2), ids('enrollment', 5)]).toEqual([
    ['3', '2', '1'],
    ['3', '2'],
    ['2', '1'],
  ]);
  expect(Object.fromEntries(countByKind(rows))).toEqual({ enrollment: 2, quiz_attempt: 1 });
  expect([activityKind({ kind: 'quiz_attempt' }), activityKind({ kind: 'x' }), activityKind({})]).toEqual([
    { kind: 'quiz_attempt' },
    {},
    {},
  ]);
});

test('W23 of what somebody did is told in which course, and what was changed', () => {
  expect(detailsOf(activity('1', 'enrollment'))).toEqual({ courseId: 'c', fields: [] });
  const lesson = { entityType: 'lesson', entityId: 'l', metadata: { courseId: 'd' } };
  expect(detailsOf(activity('1', 'lesson_completion', lesson))).toEqual({ courseId: 'd', fields: [] });
  const changes = { metadata: { changes: { title: 'New', access: 'open' } } };
  expect(detailsOf(activity('1', 'course_update', changes)).fields).toEqual(['title', 'access']);
});
