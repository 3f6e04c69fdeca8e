import { expect, test } from 'vitest';
import type { Notification } from '../data/tables.ts';
import { newsFor } from './news-for.ts';

const at = (hour: number): string => `2026-03-01T${String(hour).padStart(2, '0')}:00:00.5+00:00`;
const letter = (id: string, hour: number, courseId: string | null = null): Notification => ({
  id,
  courseId,
  kind: 'announcement',
  title: id,
  entityId: null,
  createdAt: at(hour),
});
const read = (notificationId: string): { id: string; notificationId: string } => ({ id: `r${notificationId}`, notificationId });

test('W20 what is new comes newest first, and is unread until it is read', () => {
  const news = newsFor([letter('a', 1), letter('c', 3), letter('b', 2)], [read('c')], []);
  expect(news.map(({ notification, isUnread }) => [notification.id, isUnread])).toEqual([
    ['c', false],
    ['b', true],
    ['a', true],
  ]);
});

test('W20 of a course, what came before one enrolled is not unread', () => {
  const enrolled = [{ courseId: 'x', enrolledAt: '2026-03-01T02:00:00+00:00' }];
  const news = newsFor([letter('before', 1, 'x'), letter('after', 3, 'x'), letter('elsewhere', 3, 'y')], [], enrolled);
  expect(news.filter(({ isUnread }) => isUnread).map(({ notification }) => notification.id)).toEqual(['after']);
});

test('W20 a long list is cut, the newest stay', () => {
  const many = Array.from({ length: 150 }, (_, i) => ({ ...letter(`n${i}`, 0), createdAt: new Date(i * 1000).toISOString() }));
  const news = newsFor(many, [], []);
  expect([news.length, news[0]?.notification.id, news.at(-1)?.notification.id]).toEqual([100, 'n149', 'n50']);
});
