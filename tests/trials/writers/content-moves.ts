import { makeCanary } from '@elira/testkit';
import { addLesson, addModule, addQuestion, addQuiz, aPosition, aText, aTitle, theAnswer } from './content.ts';
import { touched, type Move, type MoveContext } from './move.ts';
import { asPerson, pickRow } from './pick-row.ts';

/** What authors write, publish and take away, and what learners complete; as themselves under row-level security, and by plain SQL. */
type Id = { readonly id: string };

const anyCourse = (context: MoveContext): Promise<Id | undefined> => pickRow<Id>(context, 'SELECT id FROM courses');
/** A row and somebody who may edit it. */
const editable = (table: string): string =>
  `SELECT t.id, t.course_id AS course, a.user_id AS editor FROM ${table} t JOIN course_authors a ON a.course_id = t.course_id
   JOIN users u ON u.id = a.user_id AND NOT u.banned`;
type Editable = { readonly id: string; readonly course: string; readonly editor: string };

const CONTENT = ['modules', 'lessons', 'quizzes', 'questions', 'options'] as const;

/** A statement on one row of a table, its id as $1. */
async function onRow(context: MoveContext, table: string, statement: string, values: readonly unknown[]): Promise<boolean> {
  const row = await pickRow<Id>(context, `SELECT id FROM ${table}`);
  return row !== undefined && touched(context.sql, statement, [row.id, ...values]);
}

export const CONTENT_MOVES: readonly Move[] = [
  {
    name: 'a module is made',
    weight: 5,
    rings: true,
    async make(context) {
      const course = await anyCourse(context);
      return course !== undefined && addModule(context, course.id);
    },
  },
  {
    name: 'a lesson is made',
    weight: 8,
    rings: true,
    async make(context) {
      const course = await anyCourse(context);
      return course !== undefined && addLesson(context, course.id);
    },
  },
  {
    name: 'a quiz is made',
    weight: 3.5,
    rings: true,
    async make(context) {
      const course = await anyCourse(context);
      return course !== undefined && addQuiz(context, course.id);
    },
  },
  {
    name: 'a question is made',
    weight: 1,
    rings: true,
    async make(context) {
      const quiz = await pickRow<Id>(
        context,
        'SELECT z.id FROM quizzes z WHERE (SELECT count(*) FROM questions q WHERE q.quiz_id = z.id) < 5',
      );
      return quiz !== undefined && addQuestion(context, quiz.id);
    },
  },
  {
    name: 'an author edits a lesson',
    weight: 5,
    rings: true,
    async make(context) {
      const row = await pickRow<Editable>(context, editable('lessons'));
      if (row === undefined) return false;
      const { sql, random } = context;
      return asPerson(context, row.editor, () =>
        touched(sql, 'UPDATE lessons SET title = $2, content = $3 WHERE id = $1', [row.id, aTitle(random), aText(random)]),
      );
    },
  },
  {
    name: 'an author edits a module',
    weight: 1.5,
    rings: true,
    async make(context) {
      const row = await pickRow<Editable>(context, editable('modules'));
      if (row === undefined) return false;
      const { sql, random } = context;
      return asPerson(context, row.editor, () =>
        touched(sql, 'UPDATE modules SET title = $2, position = $3 WHERE id = $1', [row.id, aTitle(random), aPosition(random)]),
      );
    },
  },
  {
    name: 'a question is edited, and its explanation',
    weight: 2,
    rings: true,
    make: (context) =>
      onRow(context, 'questions', 'UPDATE questions SET prompt = $2, explanation = $3 WHERE id = $1', [
        aText(context.random),
        theAnswer(context.random),
      ]),
  },
  {
    name: 'another option becomes the right one',
    weight: 2,
    rings: true,
    async make(context) {
      const question = await pickRow<Id>(context, 'SELECT question_id AS id FROM options');
      return (
        question !== undefined &&
        touched(
          context.sql,
          `UPDATE options o SET is_correct = NOT is_correct FROM (SELECT id FROM options WHERE question_id = $1 ORDER BY id FOR UPDATE) locked
           WHERE o.id = locked.id`,
          [question.id],
        )
      );
    },
  },
  {
    name: 'an option is edited',
    weight: 1.5,
    rings: true,
    make: (context) => onRow(context, 'options', 'UPDATE options SET label = $2 WHERE id = $1', [aTitle(context.random)]),
  },
  {
    name: 'a quiz is edited',
    weight: 1,
    rings: true,
    make: (context) => onRow(context, 'quizzes', 'UPDATE quizzes SET instructions = $2 WHERE id = $1', [aText(context.random)]),
  },
  ...(['lessons', 'quizzes'] as const).map((table): Move => ({
    name: `drafts and ready ones change places: ${table}`,
    weight: 2,
    rings: true,
    make: (context) =>
      onRow(
        context,
        table,
        `UPDATE ${table} SET status = CASE status WHEN 'draft' THEN 'ready' ELSE 'draft' END WHERE id = $1`,
        [],
      ),
  })),
  ...CONTENT.map((table): Move => ({
    name: `marked as deleted, or the mark taken back: ${table}`,
    weight: 1.6,
    rings: true,
    make: (context) =>
      onRow(context, table, `UPDATE ${table} SET deleted_at = CASE WHEN deleted_at IS NULL THEN now() END WHERE id = $1`, []),
  })),
  ...(['modules', 'lessons', 'questions'] as const).map((table): Move => ({
    name: `deleted for good, with what hangs below: ${table}`,
    weight: 1.2,
    rings: true,
    make: (context) => onRow(context, table, `DELETE FROM ${table} WHERE id = $1`, []),
  })),
  {
    name: 'a lesson moves to another module',
    weight: 2,
    rings: true,
    async make(context) {
      const place = await pickRow<{ id: string; module: string }>(
        context,
        'SELECT l.id, m.id AS module FROM lessons l JOIN modules m ON m.course_id = l.course_id AND m.id <> l.module_id',
      );
      return (
        place !== undefined && touched(context.sql, 'UPDATE lessons SET module_id = $2 WHERE id = $1', [place.id, place.module])
      );
    },
  },
  {
    name: 'a module moves to another course, with what hangs below',
    weight: 1.8,
    rings: true,
    async make(context) {
      const course = await anyCourse(context);
      return (
        course !== undefined &&
        onRow(context, 'modules', 'UPDATE modules SET course_id = $2 WHERE id = $1 AND course_id <> $2', [course.id])
      );
    },
  },
];

export const COURSE_PEOPLE_MOVES: readonly Move[] = [
  {
    name: 'an author publishes',
    weight: 5,
    rings: true,
    async make(context) {
      const row = await pickRow<Editable>(context, editable('modules'));
      return (
        row !== undefined &&
        asPerson(context, row.editor, () => touched(context.sql, 'SELECT publish_course($1)', [row.course]))
      );
    },
  },
  {
    name: 'an author withdraws a course',
    weight: 1.5,
    rings: true,
    async make(context) {
      const row = await pickRow<Editable>(
        context,
        `${editable('modules')} JOIN courses c ON c.id = t.course_id AND c.is_published`,
      );
      return (
        row !== undefined &&
        asPerson(context, row.editor, () => touched(context.sql, 'SELECT unpublish_course($1)', [row.course]))
      );
    },
  },
  {
    name: 'who may enrol changes',
    weight: 3,
    rings: true,
    make: (context) =>
      onRow(context, 'courses', 'UPDATE courses SET access = $2 WHERE id = $1 AND access <> $2', [
        context.random.pick(['open', 'open', 'code', 'authors']),
      ]),
  },
  {
    name: 'a join code changes',
    weight: 1.5,
    make: ({ sql, random }) =>
      touched(
        sql,
        `INSERT INTO course_join_codes (course_id, code) SELECT id, $2 FROM courses ORDER BY md5(id::text || $1) LIMIT 1
         ON CONFLICT (course_id) DO UPDATE SET code = excluded.code`,
        [random.hex(4), makeCanary('hidden', random)],
      ),
  },
  {
    name: 'a learner completes a lesson, or takes it back',
    weight: 5,
    rings: true,
    async make(context) {
      const place = await pickRow<{ member: string; lesson: string }>(
        context,
        `SELECT e.user_id AS member, l.id AS lesson FROM enrollments e JOIN published_lessons l ON l.course_id = e.course_id
         JOIN users u ON u.id = e.user_id AND NOT u.banned`,
      );
      if (place === undefined) return false;
      const { sql, random } = context;
      return asPerson(context, place.member, () =>
        touched(sql, 'SELECT complete_lesson($1, $2)', [place.lesson, random.chance(0.7)]),
      );
    },
  },
  {
    name: 'completions by plain SQL',
    weight: 1.5,
    rings: true,
    make: ({ sql, random }) =>
      touched(
        sql,
        `UPDATE lesson_progress p SET completed_at = CASE WHEN p.completed_at IS NULL THEN now() END
         FROM (SELECT id FROM lesson_progress WHERE md5(id::text || $1) < '3' ORDER BY id FOR UPDATE) locked WHERE p.id = locked.id`,
        [random.hex(4)],
      ),
  },
  {
    name: 'a learner begins anew',
    weight: 1.5,
    rings: true,
    async make(context) {
      const row = await pickRow<{ member: string }>(context, 'SELECT user_id AS member FROM lesson_progress');
      return row !== undefined && touched(context.sql, 'DELETE FROM lesson_progress WHERE user_id = $1', [row.member]);
    },
  },
  {
    name: 'delete a course with everything',
    weight: 1.2,
    rings: true,
    async make(context) {
      const course = await pickRow<Id>(context, 'SELECT DISTINCT course_id AS id FROM enrollments');
      if (course === undefined) return false;
      await context.sql.query("SET elira.erase = 'on'");
      for (const table of ['lesson_progress', 'grades', 'quiz_attempts'])
        await context.sql.query(`DELETE FROM ${table} WHERE course_id = $1`, [course.id]);
      return touched(context.sql, 'DELETE FROM courses WHERE id = $1', [course.id]);
    },
  },
];
