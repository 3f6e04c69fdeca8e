import { useMemo } from 'react';
import { useRows } from '@elira/sync-react';
import { usePerson } from '../app/session-context.tsx';
import type { Enrollment, Notification, NotificationRead } from '../data/tables.ts';
import { newsFor, type NewsItem } from './news-for.ts';

/** What is new for the person who is signed in. */
export function useNews(): { readonly items: readonly NewsItem[]; readonly unread: number } {
  const person = usePerson();
  const notifications = useRows<Notification>('notifications');
  const reads = useRows<NotificationRead>('notification_reads');
  const enrollments = useRows<Enrollment>('enrollments', { where: { userId: person?.id ?? '' } });
  return useMemo(() => {
    const items = newsFor(notifications, reads, enrollments);
    return { items, unread: items.filter(({ isUnread }) => isUnread).length };
  }, [notifications, reads, enrollments]);
}
