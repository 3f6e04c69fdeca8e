import type { Random } from '@elira/testkit';
import { aText, aTitle } from './content.ts';
import { touched, type Move, type MoveContext } from './move.ts';
import { pickRow } from './pick-row.ts';

/**
 * What is told to a course, to one person, or to all: announcements and notifications that are made, changed, turned to others and deleted,
 * and what each person has read of them. A notification is one row, whoever it is for.
 */
type Id = { readonly id: string };

const MOST_ANNOUNCEMENTS = 60;
const MOST_NOTIFICATIONS = 120;

const aPerson = (context: MoveContext): Promise<Id | undefined> => pickRow<Id>(context, 'SELECT id FROM users');
const aCourse = (context: MoveContext): Promise<Id | undefined> => pickRow<Id>(context, 'SELECT id FROM courses');
const oneOf = (context: MoveContext, table: string): Promise<Id | undefined> => pickRow<Id>(context, `SELECT id FROM ${table}`);
const rarely = (random: Random): boolean => random.chance(0.3);

/** Whom a notification is for: everybody in a course, one person, or all. */
async function whom(context: MoveContext): Promise<[course: string | null, person: string | null]> {
  const kind = context.random.pick(['course', 'course', 'person', 'all']);
  return [
    kind === 'course' ? ((await aCourse(context))?.id ?? null) : null,
    kind === 'person' ? ((await aPerson(context))?.id ?? null) : null,
  ];
}

export const TELLING_MOVES: readonly Move[] = [
  {
    name: 'an announcement is made',
    weight: 3,
    rings: true,
    async make(context) {
      const { sql, random } = context;
      const course = rarely(random) ? undefined : await aCourse(context);
      return touched(
        sql,
        `INSERT INTO announcements (course_id, title, body, author_id) SELECT $1, $2, $3, $4
         WHERE (SELECT count(*) FROM announcements) < ${MOST_ANNOUNCEMENTS}`,
        [course?.id ?? null, aTitle(random), aText(random).slice(0, 20_000), (await aPerson(context))?.id],
      );
    },
  },
  {
    name: 'an announcement is edited',
    weight: 1.2,
    rings: true,
    async make(context) {
      const row = await oneOf(context, 'announcements');
      return touched(context.sql, 'UPDATE announcements SET title = $2 WHERE id = $1', [row?.id, aTitle(context.random)]);
    },
  },
  {
    name: 'an announcement turns to others',
    weight: 2,
    rings: true,
    async make(context) {
      const row = await oneOf(context, 'announcements');
      const course = rarely(context.random) ? undefined : await aCourse(context);
      return touched(
        context.sql,
        'UPDATE announcements SET course_id = $2 WHERE id = $1 AND course_id IS DISTINCT FROM $2::uuid',
        [row?.id, course?.id ?? null],
      );
    },
  },
  {
    name: 'an announcement is deleted',
    weight: 1.2,
    rings: true,
    async make(context) {
      const row = await oneOf(context, 'announcements');
      return touched(context.sql, 'DELETE FROM announcements WHERE id = $1', [row?.id]);
    },
  },
  {
    name: 'a notification comes',
    weight: 3,
    async make(context) {
      const [course, person] = await whom(context);
      return touched(
        context.sql,
        `INSERT INTO notifications (course_id, user_id, kind, title, entity_id) SELECT $1, $2, 'grade', $3, gen_random_uuid()
         WHERE (SELECT count(*) FROM notifications) < ${MOST_NOTIFICATIONS}`,
        [course, person, aTitle(context.random)],
      );
    },
  },
  {
    name: 'a notification turns to others',
    weight: 1.5,
    async make(context) {
      const row = await oneOf(context, 'notifications');
      return touched(context.sql, 'UPDATE notifications SET course_id = $2, user_id = $3 WHERE id = $1', [
        row?.id,
        ...(await whom(context)),
      ]);
    },
  },
  {
    name: 'notifications are deleted',
    weight: 1.5,
    make: ({ sql, random }) => touched(sql, "DELETE FROM notifications WHERE md5(id::text || $1) < '1'", [random.hex(4)]),
  },
  {
    name: 'notifications are read',
    weight: 3,
    async make(context) {
      const person = await aPerson(context);
      return touched(
        context.sql,
        `INSERT INTO notification_reads (user_id, notification_id)
         SELECT $1::varchar, n.id FROM notifications n WHERE $1::varchar IS NOT NULL AND (n.user_id IS NULL OR n.user_id = $1::varchar)
         ORDER BY md5(n.id::text || $2) LIMIT 3 ON CONFLICT DO NOTHING`,
        [person?.id, context.random.hex(4)],
      );
    },
  },
  {
    name: 'what was read is unread again',
    weight: 2.5,
    async make(context) {
      const person = await aPerson(context);
      return touched(context.sql, "DELETE FROM notification_reads WHERE user_id = $1 AND md5(id::text) < '8'", [person?.id]);
    },
  },
];
