import { makeCanary, type Random } from '@elira/testkit';
import { LESSON_IDS, MODULE_IDS, QUIZ_IDS } from '../people.ts';
import { someBody } from '../world.ts';
import { touched, type MoveContext } from './move.ts';

/**
 * What courses consist of. Every text has a canary of its own: until it is published it may reach authors and admins, and never anybody
 * else; one of them is the correct answer, said in an explanation, which learners get at no time.
 */
export const aText = (random: Random): string => someBody(random);
export const aTitle = (random: Random): string => `${makeCanary('body', random)} a title`;
export const theAnswer = (random: Random): string => `The correct answer is ${makeCanary('secret', random)}.`;
export const aPosition = (random: Random): string => `a${random.hex(2)}`;

const LESSONS_OF_COURSE = 8;
const QUIZZES_OF_COURSE = 3;

export function addModule({ sql, random }: MoveContext, course: string): Promise<boolean> {
  return touched(
    sql,
    'INSERT INTO modules (id, course_id, title, position) SELECT $1, c.id, $3, $4 FROM courses c WHERE c.id = $2 ON CONFLICT DO NOTHING',
    [random.pick(MODULE_IDS), course, aTitle(random), aPosition(random)],
  );
}

export function addLesson({ sql, random }: MoveContext, course: string): Promise<boolean> {
  return touched(
    sql,
    `INSERT INTO lessons (id, course_id, module_id, title, content, position, status)
     SELECT $1, m.course_id, m.id, $3, $4, $5, $6 FROM modules m
     WHERE m.course_id = $2 AND (SELECT count(*) FROM lessons l WHERE l.course_id = $2) < ${LESSONS_OF_COURSE}
     ORDER BY md5(m.id::text || $5) LIMIT 1 ON CONFLICT DO NOTHING`,
    [
      random.pick(LESSON_IDS),
      course,
      aTitle(random),
      aText(random),
      aPosition(random),
      random.chance(0.25) ? 'draft' : 'ready',
    ],
  );
}

/** A quiz with two questions of three options each. */
export async function addQuiz({ sql, random }: MoveContext, course: string): Promise<boolean> {
  const quiz = random.pick(QUIZ_IDS);
  const made = await touched(
    sql,
    `INSERT INTO quizzes (id, course_id, module_id, title, instructions, position)
     SELECT $1, m.course_id, m.id, $3, $4, $5 FROM modules m
     WHERE m.course_id = $2 AND (SELECT count(*) FROM quizzes z WHERE z.course_id = $2) < ${QUIZZES_OF_COURSE}
     ORDER BY md5(m.id::text || $5) LIMIT 1 ON CONFLICT DO NOTHING`,
    [quiz, course, aTitle(random), aText(random), aPosition(random)],
  );
  if (!made) return false;
  for (let question = 0; question < 2; question += 1) await addQuestion({ sql, random }, quiz);
  return true;
}

export async function addQuestion({ sql, random }: MoveContext, quiz: string): Promise<boolean> {
  const { rows } = await sql.query<{ id: string }>(
    `INSERT INTO questions (quiz_id, course_id, prompt, explanation, position)
     SELECT z.id, z.course_id, $2, $3, $4 FROM quizzes z WHERE z.id = $1 RETURNING id`,
    [quiz, aText(random), theAnswer(random), aPosition(random)],
  );
  const [question] = rows;
  if (question === undefined) return false;
  for (let option = 0; option < 3; option += 1)
    await sql.query(
      `INSERT INTO options (question_id, quiz_id, course_id, label, is_correct, position)
       SELECT q.id, q.quiz_id, q.course_id, $2, $3, $4 FROM questions q WHERE q.id = $1`,
      [question.id, aTitle(random), option === 1, aPosition(random)],
    );
  return true;
}
