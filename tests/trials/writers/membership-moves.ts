import { aText } from './content.ts';
import { touched, type Move, type MoveContext } from './move.ts';
import { asPerson, pickRow } from './pick-row.ts';

/**
 * Who takes part in which course: enrolments and authorships that come, go, move and are interrupted, by the application's functions and
 * by plain SQL, alone and together with the content that they open.
 */
type Place = { readonly member: string; readonly course: string };

/** A person and a course they are not enrolled in. */
const FREE = `SELECT u.id AS member, c.id AS course, c.access, j.code FROM users u CROSS JOIN courses c
  LEFT JOIN course_join_codes j ON j.course_id = c.id
  WHERE NOT EXISTS (SELECT FROM enrollments e WHERE e.user_id = u.id AND e.course_id = c.id)`;
const OPEN = `${FREE} AND NOT u.banned AND c.is_published AND (c.access = 'open' OR c.access = 'code' AND j.code IS NOT NULL)`;
const TAKEN = 'SELECT e.id, e.user_id AS member, e.course_id AS course FROM enrollments e';
const FREE_AUTHOR = `SELECT u.id AS member, u.email, c.id AS course FROM users u CROSS JOIN courses c
  WHERE NOT EXISTS (SELECT FROM course_authors a WHERE a.user_id = u.id AND a.course_id = c.id)
  AND (SELECT count(*) FROM course_authors a WHERE a.user_id = u.id) < 5`;
const AUTHOR = 'SELECT a.id, a.user_id AS member, a.course_id AS course, a.role FROM course_authors a';

const enrol = ({ sql }: MoveContext, { member, course }: Place): Promise<boolean> =>
  touched(sql, 'INSERT INTO enrollments (user_id, course_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [member, course]);
const leave = ({ sql }: MoveContext, { member, course }: Place): Promise<boolean> =>
  touched(sql, 'DELETE FROM enrollments WHERE user_id = $1 AND course_id = $2', [member, course]);
const editAndPublish = async ({ sql, random }: MoveContext, course: string): Promise<boolean> => {
  const edited = await touched(sql, `UPDATE lessons SET content = $2, status = 'ready' WHERE course_id = $1`, [
    course,
    aText(random),
  ]);
  await sql.query('SELECT publish_course($1)', [course]);
  return edited;
};

export const ENROLMENT_MOVES: readonly Move[] = [
  {
    name: 'enrol by the function',
    weight: 5,
    rings: true,
    async make(context) {
      const place = await pickRow<Place & { code: string | null }>(context, OPEN);
      if (place === undefined) return false;
      return asPerson(context, place.member, () =>
        touched(context.sql, 'SELECT FROM enroll($1, $2) WHERE created', [place.course, place.code]),
      );
    },
  },
  {
    name: 'a wrong join code is refused',
    weight: 1.2,
    rings: true,
    async make(context) {
      const place = await pickRow<Place>(context, `${OPEN} AND c.access = 'code'`);
      if (place === undefined) return false;
      await context.sql.query('SAVEPOINT refused');
      const refused = await asPerson(context, place.member, () =>
        context.sql.query(`SELECT enroll($1, 'guessed')`, [place.course]),
      ).then(
        () => false,
        (error: { code?: string }) => {
          if (error.code === 'EL001') return true;
          throw error;
        },
      );
      await context.sql.query('ROLLBACK TO SAVEPOINT refused');
      return refused;
    },
  },
  {
    name: 'leave by the function',
    weight: 3,
    rings: true,
    async make(context) {
      const place = await pickRow<Place>(context, `${TAKEN} JOIN users u ON u.id = e.user_id AND NOT u.banned`);
      if (place === undefined) return false;
      return asPerson(context, place.member, () =>
        touched(context.sql, 'SELECT FROM leave_course($1) AS was WHERE was', [place.course]),
      );
    },
  },
  {
    name: 'enrol by INSERT',
    weight: 4,
    rings: true,
    async make(context) {
      const place = await pickRow<Place>(context, FREE);
      return place !== undefined && enrol(context, place);
    },
  },
  {
    name: 'leave by DELETE',
    weight: 3,
    rings: true,
    async make(context) {
      const place = await pickRow<Place>(context, TAKEN);
      return place !== undefined && leave(context, place);
    },
  },
  {
    name: 'many enrol at once',
    weight: 2,
    rings: true,
    async make(context) {
      const place = await pickRow<Place>(context, FREE);
      if (place === undefined) return false;
      return touched(
        context.sql,
        `INSERT INTO enrollments (user_id, course_id) SELECT u.id, $1 FROM users u WHERE md5(u.id || $2) < '6' ORDER BY u.id ON CONFLICT DO NOTHING`,
        [place.course, context.random.hex(4)],
      );
    },
  },
  {
    name: 'everybody leaves a course',
    weight: 0.8,
    rings: true,
    async make(context) {
      const place = await pickRow<Place>(context, TAKEN);
      return place !== undefined && touched(context.sql, 'DELETE FROM enrollments WHERE course_id = $1', [place.course]);
    },
  },
  {
    name: 'an enrolment moves to another course',
    weight: 1.5,
    rings: true,
    async make(context) {
      const to = await pickRow<Place>(context, FREE);
      if (to === undefined) return false;
      const from = await pickRow<{ id: string }>(context, `${TAKEN} WHERE e.user_id = $1`, [to.member]);
      return touched(context.sql, 'UPDATE enrollments SET course_id = $2 WHERE id = $1', [from?.id, to.course]);
    },
  },
  {
    name: 'an enrolment moves to another person',
    weight: 1.5,
    rings: true,
    async make(context) {
      const to = await pickRow<Place>(context, FREE);
      if (to === undefined) return false;
      const from = await pickRow<{ id: string }>(context, `${TAKEN} WHERE e.course_id = $1`, [to.course]);
      return touched(context.sql, 'UPDATE enrollments SET user_id = $2 WHERE id = $1', [from?.id, to.member]);
    },
  },
  {
    name: 'leave and enrol again in one transaction',
    weight: 2,
    rings: true,
    async make(context) {
      const place = await pickRow<Place>(context, TAKEN);
      return place !== undefined && (await leave(context, place)) && enrol(context, place);
    },
  },
  {
    name: 'enrol and leave in one transaction',
    weight: 1.5,
    rings: true,
    async make(context) {
      const place = await pickRow<Place>(context, FREE);
      return place !== undefined && (await enrol(context, place)) && leave(context, place);
    },
  },
  {
    name: 'enrol, and new text is published, in one transaction',
    weight: 2,
    rings: true,
    async make(context) {
      const place = await pickRow<Place>(context, `${FREE} AND EXISTS (SELECT FROM lessons l WHERE l.course_id = c.id)`);
      return place !== undefined && (await enrol(context, place)) && editAndPublish(context, place.course);
    },
  },
  {
    name: 'leave, and new text is published, in one transaction',
    weight: 2,
    rings: true,
    async make(context) {
      const place = await pickRow<Place>(
        context,
        `${TAKEN} WHERE EXISTS (SELECT FROM lessons l WHERE l.course_id = e.course_id)`,
      );
      return place !== undefined && (await leave(context, place)) && editAndPublish(context, place.course);
    },
  },
];

/** What becomes of single memberships is not said by these: streams that depend on them end, and come back to what there is. */
const UNKNOWN_MOVES: readonly Move[] = [
  {
    name: 'enrolments are truncated, and half of them come back',
    weight: 0.7,
    rings: true,
    async make({ sql, random }) {
      // Under an older snapshot the history's trigger would not see every row that goes.
      const { rows } = await sql.query<{ level: string }>(`SELECT current_setting('transaction_isolation') AS level`);
      if (rows[0]?.level !== 'read committed') return false;
      await sql.query('LOCK TABLE enrollments IN ACCESS EXCLUSIVE MODE');
      const kept = await sql.query<{ rows: string | null }>(
        `SELECT jsonb_agg(e)::text AS rows FROM enrollments e WHERE md5(e.id::text || $1) < '8'`,
        [random.hex(4)],
      );
      await sql.query('TRUNCATE enrollments');
      return touched(sql, 'INSERT INTO enrollments SELECT * FROM jsonb_populate_recordset(NULL::enrollments, $1)', [
        kept.rows[0]?.rows ?? '[]',
      ]);
    },
  },
  {
    name: 'a table that opens scopes is declared unknown',
    weight: 1,
    async make({ sql, random }) {
      await sql.query('SELECT sync.touch($1::regclass)', [random.pick(['enrollments', 'course_authors', 'users'])]);
      return true;
    },
  },
];

export const AUTHOR_MOVES: readonly Move[] = [
  ...UNKNOWN_MOVES,
  {
    name: 'a co-author is added by the function',
    weight: 2,
    async make(context) {
      const place = await pickRow<Place & { email: string }>(context, FREE_AUTHOR);
      if (place === undefined) return false;
      const actor = await pickRow<{ id: string }>(
        context,
        `SELECT u.id FROM users u WHERE NOT u.banned
         AND (u.role = 'admin' OR EXISTS (SELECT FROM course_authors a WHERE a.user_id = u.id AND a.course_id = $1))`,
        [place.course],
      );
      if (actor === undefined) return false;
      return asPerson(context, actor.id, () =>
        touched(context.sql, 'SELECT add_course_author($1, $2)', [place.course, place.email]),
      );
    },
  },
  {
    name: 'a co-author is added by INSERT',
    weight: 2,
    async make(context) {
      const place = await pickRow<Place>(context, FREE_AUTHOR);
      return (
        place !== undefined &&
        touched(context.sql, 'INSERT INTO course_authors (course_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
          place.course,
          place.member,
        ])
      );
    },
  },
  {
    name: 'a co-author is removed by a colleague',
    weight: 2,
    async make(context) {
      const place = await pickRow<Place & { id: string }>(context, `${AUTHOR} WHERE a.role = 'co-author'`);
      if (place === undefined) return false;
      const actor = await pickRow<{ id: string }>(
        context,
        `SELECT u.id FROM users u JOIN course_authors a ON a.user_id = u.id WHERE a.course_id = $1 AND NOT u.banned`,
        [place.course],
      );
      if (actor === undefined) return false;
      return asPerson(context, actor.id, () => touched(context.sql, 'DELETE FROM course_authors WHERE id = $1', [place.id]));
    },
  },
  {
    name: 'an author is removed by DELETE',
    weight: 1.5,
    async make(context) {
      const place = await pickRow<Place & { id: string }>(context, AUTHOR);
      return place !== undefined && touched(context.sql, 'DELETE FROM course_authors WHERE id = $1', [place.id]);
    },
  },
  {
    name: 'an author moves to another course',
    weight: 2,
    async make(context) {
      const to = await pickRow<Place>(
        context,
        `${FREE_AUTHOR} AND EXISTS (SELECT FROM course_authors a WHERE a.user_id = u.id)`,
      );
      if (to === undefined) return false;
      const from = await pickRow<{ id: string }>(context, `${AUTHOR} WHERE a.user_id = $1`, [to.member]);
      return touched(context.sql, 'UPDATE course_authors SET course_id = $2 WHERE id = $1', [from?.id, to.course]);
    },
  },
  {
    name: 'owner and co-author change places',
    weight: 2,
    make: ({ sql, random }) =>
      touched(
        sql,
        `UPDATE course_authors a SET role = CASE a.role WHEN 'owner' THEN 'co-author' ELSE 'owner' END
         FROM (SELECT id FROM course_authors WHERE md5(id::text || $1) < '2' ORDER BY id FOR UPDATE) locked WHERE a.id = locked.id`,
        [random.hex(4)],
      ),
  },
  {
    name: 'an author comes, with new text, in one transaction',
    weight: 1.5,
    rings: true,
    async make(context) {
      const place = await pickRow<Place>(context, FREE_AUTHOR);
      if (place === undefined) return false;
      const { sql, random } = context;
      await sql.query('UPDATE lessons SET content = $2 WHERE course_id = $1', [place.course, aText(random)]);
      return touched(sql, 'INSERT INTO course_authors (course_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
        place.course,
        place.member,
      ]);
    },
  },
  {
    name: 'an author goes, and new text comes, in one transaction',
    weight: 1.5,
    rings: true,
    async make(context) {
      const place = await pickRow<Place & { id: string }>(context, AUTHOR);
      if (place === undefined || !(await touched(context.sql, 'DELETE FROM course_authors WHERE id = $1', [place.id])))
        return false;
      return touched(context.sql, 'UPDATE lessons SET content = $2 WHERE course_id = $1', [
        place.course,
        aText(context.random),
      ]);
    },
  },
];
