import { makeCanary } from '@elira/testkit';
import { touched, type Move, type MoveContext } from './move.ts';
import { pickRow } from './pick-row.ts';

/**
 * What learners answered, what it was worth, and the numbers made of it. A grade carries the key of what was asked, which its learner may
 * see from then on and nobody else who learns.
 */

/**
 * Of the quizzes of some courses only: what somebody has answered keeps its course from being deleted and from changing its key, and both
 * are to happen.
 */
const ANSWERED = "SELECT z.id, z.course_id AS course FROM quizzes z WHERE md5(z.course_id::text) < '7'";
const MOST_ATTEMPTS = 80;

/** The key of each question, as a grade tells it. */
const KEYS = `SELECT coalesce(jsonb_object_agg(q.id, jsonb_build_object('points', 0, 'maxPoints', q.points, 'explanation', q.explanation,
  'correct', ARRAY(SELECT o.id FROM options o WHERE o.question_id = q.id AND o.is_correct))), '{}') FROM questions q WHERE q.quiz_id =`;

async function answer(context: MoveContext): Promise<boolean> {
  const { sql, random } = context;
  const place = await pickRow<{ member: string; quiz: string; course: string }>(
    context,
    `SELECT u.id AS member, z.id AS quiz, z.course FROM users u CROSS JOIN (${ANSWERED}) z
     WHERE (SELECT count(*) FROM quiz_attempts) < ${MOST_ATTEMPTS}`,
  );
  if (place === undefined) return false;
  const { member, course, quiz } = place;
  const attempt = await sql.query<{ id: string }>(
    `INSERT INTO quiz_attempts (id, user_id, course_id, quiz_id, course_version, answers)
     VALUES (uuid_v7(), $1, $2, $3, 1, jsonb_build_object('said', $4::text)) RETURNING id`,
    [member, course, quiz, makeCanary('secret', random)],
  );
  return touched(
    sql,
    `INSERT INTO grades (user_id, course_id, quiz_id, attempt_id, course_version, points, max_points, percent, detail)
     SELECT $1, $2, $3, $4, 1, 1, 2, $5, (${KEYS} $3)`,
    [member, course, quiz, attempt.rows[0]?.id, random.below(101)],
  );
}

export const LEARNING_MOVES: readonly Move[] = [
  { name: 'a learner answers a quiz, and it is graded', weight: 5, rings: true, make: answer },
  {
    name: 'an answer is graded again',
    weight: 1.5,
    rings: true,
    async make(context) {
      const attempt = await pickRow<{ id: string }>(context, 'SELECT id FROM quiz_attempts');
      return touched(
        context.sql,
        `INSERT INTO grades (user_id, course_id, quiz_id, attempt_id, points, max_points, percent, detail, reason)
         SELECT a.user_id, a.course_id, a.quiz_id, a.id, 2, 2, $2, (${KEYS} a.quiz_id), $3 FROM quiz_attempts a WHERE a.id = $1
           AND (SELECT count(*) FROM grades g WHERE g.attempt_id = a.id) < 4`,
        [attempt?.id, context.random.below(101), makeCanary('secret', context.random)],
      );
    },
  },
  {
    name: 'answers are erased, and their grades',
    weight: 2,
    rings: true,
    async make({ sql, random }) {
      await sql.query("SET elira.erase = 'on'");
      return touched(sql, "DELETE FROM quiz_attempts WHERE md5(id::text || $1) < '2'", [random.hex(4)]);
    },
  },
  {
    name: 'who is active is looked at again',
    weight: 1.5,
    rings: true,
    make: ({ sql, random }) =>
      touched(
        sql,
        `UPDATE enrollments e SET active = NOT e.active
         FROM (SELECT id FROM enrollments WHERE md5(id::text || $1) < '2' ORDER BY id FOR UPDATE) locked WHERE e.id = locked.id`,
        [random.hex(4)],
      ),
  },
  {
    name: 'numbers are noted that cancel out',
    weight: 2,
    async make(context) {
      const course = await pickRow<{ id: string }>(context, 'SELECT id FROM courses');
      const some = (): number => context.random.below(9) - 4;
      return touched(
        context.sql,
        `INSERT INTO course_counts (course_id, learners, active, completed, progress, scored, score)
         SELECT $1, s * $2::int, s * $3::int, s * $4::int, s * $5::int, s * $6::int, s * $7::int FROM unnest(ARRAY[1, -1]) s
         WHERE $1::uuid IS NOT NULL`,
        [course?.id, some(), some(), some(), some(), some(), some()],
      );
    },
  },
  { name: 'the numbers of courses are summed up', weight: 2, make: compact },
];

/** As the server's upkeep does it. */
async function compact({ sql }: MoveContext): Promise<boolean> {
  return touched(
    sql,
    `WITH gone AS (DELETE FROM course_counts WHERE id IN (SELECT id FROM course_counts ORDER BY id FOR UPDATE SKIP LOCKED) RETURNING *)
     INSERT INTO course_counts (course_id, learners, active, completed, progress, scored, score)
     SELECT course_id, sum(learners), sum(active), sum(completed), sum(progress), sum(scored), sum(score) FROM gone
     GROUP BY course_id ORDER BY course_id`,
  );
}
