import { createHash } from 'node:crypto';
import { signedIn, type RunningServer } from '../../apps/server/fixture/running-server.ts';
import { courseOf, type MadeCourse } from './course-of.ts';

/** A published course with seven lessons, of which each shows a picture, and a quiz; somebody is enrolled. */
export type Study = {
  readonly course: MadeCourse;
  readonly userId: string;
  readonly quizId: string;
  /** Address of a lesson, by its place. */
  readonly path: (at: number) => string;
  readonly quizPath: string;
  /** What the database has of this learner's work in this course. */
  readonly stored: () => Promise<Stored>;
};

export type Stored = {
  /** Applied mutations of this learner about lessons and quizzes since the study was made, by name. */
  readonly ledger: Readonly<Record<string, number>>;
  /** Rows of lesson_progress with a completion, by title of the lesson; more than 1 would be a lesson twice. */
  readonly completed: Readonly<Record<string, number>>;
  readonly attempts: number;
  readonly grades: number;
  readonly activities: Readonly<Record<string, number>>;
  readonly progress: number;
};

const LESSONS = ['Spring', 'Brook', 'Stream', 'Bend', 'Ford', 'Weir', 'Mouth'];

type Sql = RunningServer['sql'];

export async function studyOf(
  { url, sql }: Pick<RunningServer, 'url' | 'sql'>,
  title: string,
  learner: 'learner' | 'learner2' = 'learner',
): Promise<Study> {
  const texts: Record<string, string> = {};
  for (const name of LESSONS) {
    const picture = await pictureOf(sql, `${title}: ${name}`);
    texts[name] = `What a *${name.toLowerCase()}* is.\n\n![A drawing of a ${name.toLowerCase()}](/api/media/${picture})`;
  }
  const course = await courseOf(url, title, texts);
  const author = await signedIn(url, 'instructor');
  const make = async (path: string, body: object): Promise<string> => String((await author.ask('POST', path, body)).body['id']);
  const quizId = await make(`/api/admin/modules/${course.moduleId}/quizzes`, { title: `A quiz on ${title}` });
  const questionId = await make(`/api/admin/quizzes/${quizId}/questions`, { prompt: 'Where does it flow?', kind: 'single' });
  await make(`/api/admin/questions/${questionId}/options`, { label: 'To the sea', isCorrect: true });
  await make(`/api/admin/questions/${questionId}/options`, { label: 'Up the hill' });
  await sql.query('UPDATE courses SET is_published = true WHERE id = $1', [course.id]);
  await (await signedIn(url, learner)).ask('POST', '/api/enrollments', { courseId: course.id });
  const { rows } = await sql.query<{ id: string }>('SELECT id FROM users WHERE email = $1', [`${learner}@elira.example`]);
  const userId = rows[0]?.id ?? '';
  const began = await sql.query<{ now: string }>('SELECT clock_timestamp()::text AS now');
  const since = began.rows[0]?.now ?? '';
  return {
    course,
    userId,
    quizId,
    path: (at) => `/courses/${course.id}/lessons/${course.lessons[at]?.id}`,
    quizPath: `/courses/${course.id}/quizzes/${quizId}`,
    stored: () => storedOf(sql, { userId, courseId: course.id, quizId, since }),
  };
}

/** A picture of its own for each lesson; returns its hash, which is its address. */
async function pictureOf(sql: Sql, words: string): Promise<string> {
  const bytes = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="120"><title>${words}</title><rect width="320" height="120" fill="#9cc"/><path d="M0 60q40-50 80 0t80 0 80 0 80 0v60H0z" fill="#267"/></svg>`,
  );
  const hash = createHash('sha256').update(bytes).digest('hex');
  await sql.query("INSERT INTO media (hash, content_type, bytes) VALUES ($1, 'image/svg+xml', $2)", [hash, bytes]);
  return hash;
}

type Of = { readonly userId: string; readonly courseId: string; readonly quizId: string; readonly since: string };

async function storedOf(sql: Sql, { userId, courseId, quizId, since }: Of): Promise<Stored> {
  const counts = async (query: string, values: readonly string[]): Promise<Record<string, number>> => {
    const { rows } = await sql.query<{ name: string; count: number }>(query, [...values]);
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
  };
  const [ledger, completed, activities, one] = [
    await counts(
      `SELECT name, count(*)::int FROM mutations WHERE user_id = $1 AND status = 'applied' AND name IN ('lesson.complete', 'quiz.submit') AND decided_at > $2 GROUP BY name`,
      [userId, since],
    ),
    await counts(
      `SELECT l.title AS name, count(*)::int FROM lesson_progress p JOIN lessons l ON l.id = p.lesson_id WHERE p.user_id = $1 AND p.course_id = $2 AND p.completed_at IS NOT NULL GROUP BY 1`,
      [userId, courseId],
    ),
    await counts(
      `SELECT activity_type AS name, count(*)::int FROM user_activities WHERE user_id = $1 AND metadata ->> 'courseId' = $2 GROUP BY 1`,
      [userId, courseId],
    ),
    await sql.query<{ attempts: number; grades: number; progress: number }>(
      `SELECT (SELECT count(*)::int FROM quiz_attempts WHERE user_id = $1 AND quiz_id = $3) AS attempts,
         (SELECT count(*)::int FROM grades WHERE user_id = $1 AND quiz_id = $3) AS grades,
         (SELECT progress FROM enrollments WHERE user_id = $1 AND course_id = $2) AS progress`,
      [userId, courseId, quizId],
    ),
  ];
  const { attempts = 0, grades = 0, progress = 0 } = one.rows[0] ?? {};
  return { ledger, completed, activities, attempts, grades, progress: Number(progress) };
}
