import { useState, type ReactNode } from 'react';
import { Link, useSearch } from '@tanstack/react-router';
import { useRows, useSyncStatus } from '@elira/sync-react';
import { AdminsOnly } from '../admin/admins-only.tsx';
import type { UserActivity } from '../data/tables.ts';
import { Button } from '../design/button.tsx';
import { EmptyState, LoadingText } from '../design/states.tsx';
import { Card, Page, PageTitle } from '../design/surface.tsx';
import { ACTIVITY_KINDS, type ActivityKind } from './activity-kind.ts';
import { ActivityList } from './activity-list.tsx';
import { countByKind, newestActivities } from './newest-activities.ts';
import { TEXT } from './text.ts';

/** Lines drawn at once, and with each wish for more. */
const LINES = 50;

export function ActivityPage(): ReactNode {
  const { kind } = useSearch({ from: '/admin/activity' });
  return (
    <AdminsOnly>
      <Activity key={kind ?? ''} kind={kind} />
    </AdminsOnly>
  );
}

/** What people do, as the stream brings it. */
function Activity({ kind }: { readonly kind: ActivityKind | undefined }): ReactNode {
  const { hasRows } = useSyncStatus();
  const activities = useRows<UserActivity>('user_activities');
  const [most, setMost] = useState(LINES);
  const counts = countByKind(activities);
  const count = kind === undefined ? activities.length : (counts.get(kind) ?? 0);
  const words = kind === undefined ? TEXT.empty : TEXT.none;
  return (
    <Page className="max-w-4xl">
      <title>{`${TEXT.title} · Elira`}</title>
      <PageTitle under={TEXT.under}>{TEXT.title}</PageTitle>
      {!hasRows ? (
        <LoadingText />
      ) : (
        <>
          <Kinds counts={counts} all={activities.length} />
          {count === 0 ? (
            <EmptyState title={words.title}>{words.body}</EmptyState>
          ) : (
            <Card>
              <ActivityList activities={newestActivities(activities, kind, most)} />
            </Card>
          )}
          {count > most && (
            <Button look="secondary" className="mt-6" onPress={() => setMost(most + LINES)}>
              {TEXT.more(Math.min(LINES, count - most))}
            </Button>
          )}
        </>
      )}
    </Page>
  );
}

const CHIP =
  'inline-flex min-h-9 items-center gap-2 rounded-full border border-line bg-surface px-3.5 text-sm font-medium text-soft no-underline transition-colors hover:border-line-strong hover:text-ink aria-[current=page]:border-accent aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent-strong';

function Kinds({ counts, all }: { readonly counts: ReadonlyMap<string, number>; readonly all: number }): ReactNode {
  const chip = (kind: ActivityKind | undefined, label: string, count: number): ReactNode => (
    <li key={label}>
      <Link
        to="/admin/activity"
        search={kind === undefined ? {} : { kind }}
        activeOptions={{ exact: true, includeSearch: true }}
        replace
        resetScroll={false}
        className={CHIP}
      >
        {label}
        <span className="font-normal tabular-nums">{count}</span>
      </Link>
    </li>
  );
  return (
    <nav aria-label={TEXT.filter} className="mb-6">
      <ul className="flex flex-wrap gap-2">
        {chip(undefined, TEXT.all, all)}
        {ACTIVITY_KINDS.map((kind) => chip(kind, TEXT.kinds[kind], counts.get(kind) ?? 0))}
      </ul>
    </nav>
  );
}
