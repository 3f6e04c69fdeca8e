import type { ClientBase } from 'pg';
import { z } from 'zod';
import { uuid } from '../http/read-request.ts';
import { id as anId, personId, time } from '../openapi/shapes.ts';

/** Most entries of one answer, and most characters of a value in it. */
export const AUDIT_PAGE = 100;
const AUDIT_CHARACTERS = 20_000;

const KINDS = [
  'course',
  'module',
  'lesson',
  'quiz',
  'question',
  'option',
  'author',
  'user',
  'enrollment',
  'grade',
  'announcement',
] as const;
const moment = z.iso.datetime({ offset: true });

/** Who changed which field of what, from what to what, when, and by which mutation. */
export const AUDIT_ENTRY = z
  .strictObject({
    id: anId,
    courseId: anId.nullable(),
    changedBy: personId.nullable(),
    changedByName: z.string().nullable().meta({ description: 'null for who is gone, and for whoever the reader may not see' }),
    entityType: z.enum(KINDS),
    entityId: z.string().meta({ description: "of a user, an author and an enrolment: the person's" }),
    entityName: z.string().nullable().meta({ description: "the person's, where entityId is a person's" }),
    entityVersion: z.int().nullable(),
    fieldName: z.string().meta({ description: "a column; '*' for what was made or is gone" }),
    oldValue: z.string().nullable(),
    newValue: z.string().nullable(),
    textOffset: z.int().nullable().meta({ description: 'of a long text: the values are what differs, from this character on' }),
    cut: z.boolean().meta({ description: 'one of the values is longer, and only begins here' }),
    mutationId: anId.nullable(),
    changedAt: time,
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof AUDIT_ENTRY>;

/** What an audit can be asked for. `before` is the id to go on from: entries come newest first. */
export const AUDIT_FILTERS = z.strictObject({
  entityType: z.enum(KINDS).optional(),
  entityId: z.string().min(1).max(36).optional(),
  field: z.string().min(1).max(100).optional(),
  changedBy: z.string().min(1).max(36).optional(),
  from: moment.optional(),
  to: moment.optional(),
  before: uuid.optional(),
});

/** Names of people are those the reader may see: admins all of them, authors whoever takes part in their course. */
const PAGE = `
  SELECT json_build_object('id', a.id, 'courseId', a.course_id, 'changedBy', a.changed_by,
    'changedByName', coalesce(
      (SELECT u.name FROM users u WHERE u.id = a.changed_by),
      (SELECT p.name FROM course_people p WHERE p.course_id = a.course_id AND p.user_id = a.changed_by)),
    'entityType', a.entity_type, 'entityId', a.entity_id,
    'entityName', CASE WHEN a.entity_type IN ('user', 'author', 'enrollment') THEN coalesce(
      (SELECT u.name FROM users u WHERE u.id = a.entity_id),
      (SELECT p.name FROM course_people p WHERE p.course_id = a.course_id AND p.user_id = a.entity_id)) END,
    'entityVersion', a.entity_version, 'fieldName', a.field_name, 'oldValue', left(a.old_value, ${AUDIT_CHARACTERS}), 'newValue', left(a.new_value, ${AUDIT_CHARACTERS}), 'textOffset', a.text_offset,
    'cut', coalesce(greatest(length(a.old_value), length(a.new_value)) > ${AUDIT_CHARACTERS}, false), 'mutationId', a.mutation_id, 'changedAt', a.changed_at) AS entry
  FROM course_audit a
  WHERE ($1::uuid IS NULL OR a.course_id = $1) AND ($2::uuid IS NULL OR a.id < $2)
    AND ($3::text IS NULL OR a.entity_type = $3) AND ($4::text IS NULL OR a.entity_id = $4) AND ($5::text IS NULL OR a.field_name = $5)
    AND ($6::text IS NULL OR a.changed_by = $6) AND ($7::timestamptz IS NULL OR a.changed_at >= $7)
    AND ($8::timestamptz IS NULL OR a.changed_at < $8)
  ORDER BY a.id DESC LIMIT $9`;

/** What the reader may see of the audit, newest first, of one course or of everything; `next` where there is more. */
export async function listAudit(
  client: ClientBase,
  courseId: string | undefined,
  filters: z.infer<typeof AUDIT_FILTERS>,
): Promise<{ entries: AuditEntry[]; next?: string }> {
  const { before, entityType, entityId, field, changedBy, from, to } = filters;
  const given = [courseId, before, entityType, entityId, field, changedBy, from, to].map((value) => value ?? null);
  const { rows } = await client.query<{ entry: AuditEntry }>(PAGE, [...given, AUDIT_PAGE + 1]);
  const entries = rows.slice(0, AUDIT_PAGE).map(({ entry }) => entry);
  const last = entries.at(-1);
  return rows.length > AUDIT_PAGE && last !== undefined ? { entries, next: last.id } : { entries };
}
