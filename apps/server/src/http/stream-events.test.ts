import { scopeKey } from '@elira/protocol';
import { expect, test } from 'vitest';
import { streamEvents } from './stream-events.ts';

const said = (scope: ReturnType<typeof scopeKey>, table: string, key: string, row?: object, was = {}): unknown =>
  streamEvents.ofChange({ scope, table, key, row: row === undefined ? undefined : JSON.stringify(row), was });

test('ST1 changes of courses and of what is in them name the course, also when the row has gone', () => {
  const learner = scopeKey('content', 'learner', 'c1');
  expect(said(scopeKey('courses', 'learner'), 'published_courses', 'c1', { id: 'c1' })).toEqual({
    type: 'course_update',
    courseId: 'c1',
  });
  expect(said(scopeKey('courses', 'learner'), 'published_courses', 'c1')).toEqual({ type: 'course_update', courseId: 'c1' });
  expect(said(learner, 'published_lessons', 'l1', { id: 'l1', courseId: 'c1' })).toEqual({
    type: 'course_update',
    courseId: 'c1',
  });
  expect(said(learner, 'published_lessons', 'l1')).toEqual({ type: 'course_update', courseId: 'c1' });
  expect(said(scopeKey('courses', 'admin'), 'lessons', 'l1', { courseId: 'c2' })).toEqual({
    type: 'course_update',
    courseId: 'c2',
  });
  expect(said(scopeKey('courses', 'admin'), 'lessons', 'l1')).toEqual({ type: 'course_update', courseId: null });
});

test('ST1 what people do names the person', () => {
  const row = { id: 'e1', userId: 'u1', courseId: 'c1' };
  expect(said(scopeKey('enrollments', 'learner', 'u1'), 'enrollments', 'e1')).toEqual({
    type: 'enrollment_update',
    userId: 'u1',
  });
  expect(said(scopeKey('progress', 'learner', 'u1'), 'lesson_progress', 'p1', row)).toEqual({
    type: 'enrollment_update',
    userId: 'u1',
  });
  expect(said(scopeKey('enrollments', 'admin'), 'enrollments', 'e1', row)).toEqual({ type: 'enrollment_update', userId: 'u1' });
  expect(said(scopeKey('authoring', 'author', 'c1'), 'enrollments', 'e1', row)).toEqual({
    type: 'enrollment_update',
    userId: 'u1',
  });
  const gone = { userId: 'u1', courseId: 'c1' };
  for (const scope of [scopeKey('enrollments', 'admin'), scopeKey('authoring', 'author', 'c1')])
    expect(said(scope, 'enrollments', 'e1', undefined, gone)).toEqual({ type: 'enrollment_update', userId: 'u1' });
  expect(said(scopeKey('enrollments', 'admin'), 'enrollments', 'e1')).toEqual({ type: 'enrollment_update', userId: null });
  expect(said(scopeKey('enrollments', 'admin'), 'course_people', 'p1')).toBeUndefined();
  expect(said(scopeKey('courses', 'admin'), 'lessons', 'l1', undefined, { courseId: 'c1' })).toEqual({
    type: 'course_update',
    courseId: 'c1',
  });
});

test('ST1 everything else says nothing', () => {
  for (const table of ['users', 'sync_status', 'sync_servers', 'mutations', 'notifications'])
    expect(said(scopeKey('me', 'owner', 'u1'), table, 'x', { id: 'x' })).toBeUndefined();
  expect(streamEvents.ofScope(scopeKey('users', 'admin'))).toEqual([]);
});
