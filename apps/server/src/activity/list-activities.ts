import type { ClientBase } from 'pg';
import { z } from 'zod';
import { uuid } from '../http/read-request.ts';
import { id as anId, personId, time } from '../openapi/shapes.ts';

/** What somebody did. */
export const ACTIVITY = z
  .strictObject({
    id: anId,
    userId: personId,
    userName: z.string().nullable(),
    activityType: z.string(),
    entityType: z.string(),
    entityId: anId,
    entityTitle: z.string().nullable().meta({ description: 'of the course, lesson or quiz; null where it is gone' }),
    metadata: z.record(z.string(), z.unknown()),
    timestamp: time,
  })
  .meta({ id: 'Activity' });
export type Activity = z.infer<typeof ACTIVITY>;

/** Most activities of one answer. */
export const ACTIVITY_PAGE = 100;

const moment = z.iso.datetime({ offset: true });

/** What the feed can be asked for. `before` is the id to go on from: activities come newest first. */
export const ACTIVITY_FILTERS = z.strictObject({
  activityType: z.string().min(1).max(50).optional(),
  entityType: z.string().min(1).max(50).optional(),
  entityId: uuid.optional(),
  userId: z.string().min(1).max(36).optional(),
  from: moment.optional(),
  to: moment.optional(),
  before: uuid.optional(),
});

const PAGE = `
  SELECT json_build_object('id', a.id, 'userId', a.user_id, 'userName', (SELECT u.name FROM users u WHERE u.id = a.user_id),
    'activityType', a.activity_type, 'entityType', a.entity_type, 'entityId', a.entity_id,
    'entityTitle', CASE a.entity_type WHEN 'course' THEN (SELECT c.title FROM courses c WHERE c.id = a.entity_id)
      WHEN 'lesson' THEN (SELECT l.title FROM lessons l WHERE l.id = a.entity_id)
      WHEN 'quiz' THEN (SELECT z.title FROM quizzes z WHERE z.id = a.entity_id) END,
    'metadata', a.metadata, 'timestamp', a.timestamp) AS activity
  FROM user_activities a
  WHERE ($1::uuid IS NULL OR a.id < $1) AND ($2::text IS NULL OR a.activity_type = $2) AND ($3::text IS NULL OR a.entity_type = $3)
    AND ($4::uuid IS NULL OR a.entity_id = $4) AND ($5::text IS NULL OR a.user_id = $5)
    AND ($6::timestamptz IS NULL OR a.timestamp >= $6) AND ($7::timestamptz IS NULL OR a.timestamp < $7)
  ORDER BY a.id DESC LIMIT $8`;

/** What the reader may see of what people did of late (administrators: all of it), newest first; `next` where there is more. */
export async function listActivities(
  client: ClientBase,
  filters: z.infer<typeof ACTIVITY_FILTERS>,
): Promise<{ activities: Activity[]; next?: string }> {
  const { before, activityType, entityType, entityId, userId, from, to } = filters;
  const given = [before, activityType, entityType, entityId, userId, from, to].map((value) => value ?? null);
  const { rows } = await client.query<{ activity: Activity }>(PAGE, [...given, ACTIVITY_PAGE + 1]);
  const activities = rows.slice(0, ACTIVITY_PAGE).map(({ activity }) => activity);
  const last = activities.at(-1);
  return rows.length > ACTIVITY_PAGE && last !== undefined ? { activities, next: last.id } : { activities };
}
