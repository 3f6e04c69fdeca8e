import type { Enrollment, Notification, NotificationRead } from '../data/tables.ts';

export type NewsItem = { readonly notification: Notification; readonly isUnread: boolean };

/** Most that are listed, the newest. */
const MOST_ITEMS = 100;

/**
 * Pure. What is new for a person, the newest first. Unread is what they have not read; of a course, also only what came after they
 * enrolled there.
 */
export function newsFor(
  notifications: readonly Notification[],
  reads: readonly NotificationRead[],
  enrollments: readonly Pick<Enrollment, 'courseId' | 'enrolledAt'>[],
): NewsItem[] {
  const read = new Set(reads.map(({ notificationId }) => notificationId));
  const since = new Map(enrollments.map(({ courseId, enrolledAt }) => [courseId, Date.parse(enrolledAt)]));
  return notifications
    .map((notification) => ({ notification, at: Date.parse(notification.createdAt) }))
    .sort((a, b) => b.at - a.at || (a.notification.id < b.notification.id ? 1 : -1))
    .slice(0, MOST_ITEMS)
    .map(({ notification, at }) => {
      const { id, courseId } = notification;
      const came = courseId === null ? -Infinity : (since.get(courseId) ?? Infinity);
      return { notification, isUnread: !read.has(id) && at > came };
    });
}
