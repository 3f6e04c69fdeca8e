import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { BellIcon } from '../design/icons.tsx';
import { TEXT } from './text.ts';
import { UnreadCount } from './unread-count.tsx';
import { useNews } from './use-news.ts';

/** Says in every page whether there is something new, and leads there. */
export function Bell(): ReactNode {
  const { unread } = useNews();
  return (
    <Link
      to="/news"
      aria-label={TEXT.bell(unread)}
      className="relative inline-grid size-9 shrink-0 place-items-center rounded-lg text-soft transition-colors hover:bg-sunken hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent-strong"
    >
      <BellIcon />
      <UnreadCount count={unread} />
    </Link>
  );
}
