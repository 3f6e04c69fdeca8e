import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { useRow, useSyncClient } from '@elira/sync-react';
import type { Announcement, Grade, Notification } from '../data/tables.ts';
import { classes } from '../design/classes.ts';
import { Markdown } from '../markdown/markdown.tsx';
import type { NewsItem } from './news-for.ts';
import { TEXT } from './text.ts';

/** One piece of news. Following it reads it; an announcement is told right here. */
export function NewsEntry({ notification, isUnread }: NewsItem): ReactNode {
  const { id, kind, createdAt, entityId } = notification;
  const announcement = useRow<Announcement>('announcements', kind === 'announcement' ? (entityId ?? undefined) : undefined);
  const client = useSyncClient();
  const read = (): void => {
    if (isUnread) void client.mutate('notification.read', { ids: [id] });
  };
  return (
    <article
      className={classes('rounded-2xl border bg-surface px-5 py-4', isUnread ? 'border-accent/50 shadow-card' : 'border-line')}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-soft">
        {isUnread && <span className="size-2 rounded-full bg-accent" role="img" aria-label={TEXT.isUnread} />}
        <span className="font-medium">{TEXT.kinds[kind] ?? TEXT.other}</span>
        <time dateTime={createdAt}>
          {new Date(createdAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
        </time>
      </div>
      <h2 className="mt-1 text-lg font-semibold">
        <NewsLink notification={notification} onFollow={read} />
      </h2>
      {announcement !== undefined && announcement.body !== '' && (
        <div className="mt-2 text-[0.9375rem]">
          <Markdown text={announcement.body} topHeading={3} />
        </div>
      )}
    </article>
  );
}

/** Where a grade belongs. */
type GradedQuiz = Grade & { readonly courseId: string };

const LINK = 'no-underline hover:text-accent hover:underline';

/** Where it leads; news to all lead nowhere else. */
function NewsLink({
  notification,
  onFollow,
}: {
  readonly notification: Notification;
  readonly onFollow: () => void;
}): ReactNode {
  const { kind, courseId, entityId, title } = notification;
  const grade = useRow<GradedQuiz>('grades', kind === 'grade' ? (entityId ?? undefined) : undefined);
  if (grade !== undefined) {
    const params = { courseId: grade.courseId, quizId: grade.quizId };
    return (
      <Link to="/courses/$courseId/quizzes/$quizId" params={params} className={LINK} onClick={onFollow}>
        {title}
      </Link>
    );
  }
  if (kind === 'co_author' && entityId !== null) {
    return (
      <Link to="/author/courses/$courseId" params={{ courseId: entityId }} className={LINK} onClick={onFollow}>
        {title}
      </Link>
    );
  }
  if (courseId === null) return title;
  return (
    <Link to="/courses/$courseId" params={{ courseId }} className={LINK} onClick={onFollow}>
      {title}
    </Link>
  );
}
