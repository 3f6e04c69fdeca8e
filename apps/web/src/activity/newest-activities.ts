import type { UserActivity } from '../data/tables.ts';
import type { ActivityKind } from './activity-kind.ts';

/** Pure. The newest first, of one kind or of all: ids are in the order of time. */
export function newestActivities(
  activities: readonly UserActivity[],
  kind: ActivityKind | undefined,
  most: number,
): readonly UserActivity[] {
  return activities
    .filter(({ activityType }) => kind === undefined || activityType === kind)
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, most);
}

/** Pure. How many there are of each kind. */
export function countByKind(activities: readonly UserActivity[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { activityType } of activities) counts.set(activityType, (counts.get(activityType) ?? 0) + 1);
  return counts;
}

/** Pure. The course of what somebody did, and which of its fields were changed. */
export function detailsOf({ entityType, entityId, metadata }: UserActivity): {
  readonly courseId: string | undefined;
  readonly fields: readonly string[];
} {
  const told = metadata['courseId'];
  const changes = metadata['changes'];
  return {
    courseId: entityType === 'course' ? entityId : typeof told === 'string' ? told : undefined,
    fields: typeof changes === 'object' && changes !== null ? Object.keys(changes) : [],
  };
}
