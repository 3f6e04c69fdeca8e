import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { useRows } from '@elira/sync-react';
import type { UserActivity } from '../data/tables.ts';
import { Card, SectionTitle } from '../design/surface.tsx';
import { ActivityList } from './activity-list.tsx';
import { newestActivities } from './newest-activities.ts';
import { TEXT } from './text.ts';

/** Lines of the dashboard's card. */
const FEW = 6;

/** What people did last, and the way to all of it. */
export function LatestActivityCard(): ReactNode {
  const activities = useRows<UserActivity>('user_activities');
  return (
    <Card>
      <SectionTitle
        aside={
          <Link to="/admin/activity" className="text-sm font-medium hover:text-accent">
            {TEXT.latestLink}
          </Link>
        }
      >
        {TEXT.latest}
      </SectionTitle>
      {activities.length === 0 ? (
        <p className="text-soft">{TEXT.empty.body}</p>
      ) : (
        <ActivityList activities={newestActivities(activities, undefined, FEW)} />
      )}
    </Card>
  );
}
