import { makeCanary } from '@elira/testkit';
import { aText, aTitle } from './content.ts';
import { touched, type Move, type MoveContext } from './move.ts';
import { pickRow } from './pick-row.ts';

/**
 * What is noted of what happened: mutations with their answers, activities, whether courses have been read, servers that run. Rows come,
 * leave the scopes by growing old while they stay in their tables, and go.
 */
type Id = { readonly id: string };
const MOST_OF_A_KIND = 150;

const aPerson = (context: MoveContext): Promise<Id | undefined> => pickRow<Id>(context, 'SELECT id FROM users');

/** Rows leave what travels, or come back to it. */
function flip(table: string, name: string, which = 'true'): Move {
  return {
    name,
    weight: 2.2,
    make: ({ sql, random }) =>
      touched(
        sql,
        `UPDATE ${table} t SET recent = NOT t.recent
         FROM (SELECT id FROM ${table} WHERE ${which} AND md5(id::text || $1) < '3' ORDER BY id FOR UPDATE) locked WHERE t.id = locked.id`,
        [random.hex(4)],
      ),
  };
}

function forget(table: string, name: string): Move {
  return {
    name,
    weight: 1.6,
    make: ({ sql, random }) => touched(sql, `DELETE FROM ${table} WHERE md5(id::text || $1) < '3'`, [random.hex(4)]),
  };
}

export const LEDGER_MOVES: readonly Move[] = [
  {
    name: 'a mutation is decided',
    weight: 3,
    async make(context) {
      const { sql, random } = context;
      return touched(
        sql,
        `INSERT INTO mutations (id, user_id, name, status, answer) SELECT uuid_v7(), $1::varchar, $2, $3, jsonb_build_object('result', $4::text)
         WHERE $1::varchar IS NOT NULL AND (SELECT count(*) FROM mutations WHERE name LIKE '%.done') < ${MOST_OF_A_KIND}`,
        [
          (await aPerson(context))?.id,
          `${makeCanary('secret', random)}.done`,
          random.pick(['applied', 'refused']),
          makeCanary('hidden', random),
        ],
      );
    },
  },
  // Those of clients stay for a day, as they are promised: by then a client has seen them.
  flip('mutations', 'mutations grow old', "name LIKE '%.done'"),
  {
    name: 'mutations are forgotten',
    weight: 2,
    // Those that clients sent are to be found at the end.
    make: ({ sql, random }) =>
      touched(sql, "DELETE FROM mutations WHERE name LIKE '%.done' AND md5(id::text || $1) < '3'", [random.hex(4)]),
  },
  {
    name: 'an activity is noted',
    weight: 3,
    async make(context) {
      const { sql, random } = context;
      return touched(
        sql,
        `INSERT INTO user_activities (user_id, activity_type, entity_type, entity_id, metadata)
         SELECT $1::varchar, 'course_update', 'course', gen_random_uuid(), jsonb_build_object('changes', $2::text)
         WHERE $1::varchar IS NOT NULL AND (SELECT count(*) FROM user_activities) < ${MOST_OF_A_KIND}`,
        [(await aPerson(context))?.id, aTitle(random)],
      );
    },
  },
  flip('user_activities', 'activities leave the feed'),
  forget('user_activities', 'activities are forgotten'),
  {
    name: 'a course awaits being read',
    weight: 2,
    async make(context) {
      const course = await pickRow<Id>(context, 'SELECT id FROM courses');
      const kind = context.random.pick(['course', 'course', 'lesson']);
      return touched(
        context.sql,
        `INSERT INTO sync_status AS s (entity_type, entity_id) SELECT $1, $2 WHERE $2::uuid IS NOT NULL
         ON CONFLICT (entity_type, entity_id) DO UPDATE SET status = 'pending'`,
        [kind, course?.id],
      );
    },
  },
  {
    name: 'what has been read is noted, and what failed',
    weight: 2,
    make: ({ sql, random }) =>
      touched(
        sql,
        `UPDATE sync_status s SET status = $2, last_sync_at = now(), sync_duration = 7, error_message = $3
         FROM (SELECT id FROM sync_status WHERE md5(id::text || $1) < '8' ORDER BY id FOR UPDATE) locked WHERE s.id = locked.id`,
        [random.hex(4), random.pick(['success', 'failed']), aText(random)],
      ),
  },
  forget('sync_status', 'nothing is known any more of what was read'),
  {
    name: 'a server tells of itself',
    weight: 2,
    make: ({ sql, random }) =>
      touched(
        sql,
        `INSERT INTO sync_servers AS s (id, position, metrics) VALUES ($1, $2, jsonb_build_object('seen', $3::text))
         ON CONFLICT (id) DO UPDATE SET seen_at = now(), position = excluded.position, metrics = excluded.metrics`,
        [`00000009-0000-4000-8000-00000000000${random.below(4)}`, makeCanary('hidden', random), makeCanary('secret', random)],
      ),
  },
  forget('sync_servers', 'a server is gone'),
];
