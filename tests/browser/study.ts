import type { RunningServer } from '../../apps/server/fixture/running-server.ts';
import { signedIn } from '../../apps/server/fixture/running-server.ts';
import { courseOf, type MadeCourse } from './course-of.ts';

/** A published course with seven lessons and a quiz, in which somebody is enrolled. */
export type Study = {
  readonly course: MadeCourse;
  readonly userId: string;
  readonly quizId: string;
  /** Address of a lesson, by its place. */
  readonly path: (at: number) => string;
  readonly quizPath: string;
};

const LESSONS = ['Spring', 'Brook', 'Stream', 'Bend', 'Ford', 'Weir', 'Mouth'];

export async function studyOf(
  { url, sql }: Pick<RunningServer, 'url' | 'sql'>,
  title: string,
  learner: 'learner' | 'learner2',
): Promise<Study> {
  const texts = Object.fromEntries(LESSONS.map((name) => [name, `What a *${name.toLowerCase()}* is.`]));
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
  return {
    course,
    userId: rows[0]?.id ?? '',
    quizId,
    path: (at) => `/courses/${course.id}/lessons/${course.lessons[at]?.id}`,
    quizPath: `/courses/${course.id}/quizzes/${quizId}`,
  };
}
