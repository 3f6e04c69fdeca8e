import { signedIn } from '../../apps/server/fixture/running-server.ts';

export type MadeCourse = {
  readonly id: string;
  readonly title: string;
  readonly moduleId: string;
  readonly lessons: readonly { readonly id: string; readonly title: string }[];
};

/** Makes things as the demonstration's instructor, through the API. */
async function maker(url: string): Promise<(path: string, body: object) => Promise<string>> {
  const author = await signedIn(url, 'instructor');
  return async (path, body) => {
    const { status, body: made, text } = await author.ask('POST', path, body);
    if (status !== 201 || typeof made['id'] !== 'string') throw new Error(`POST ${path}: ${status} ${text}`);
    return made['id'];
  };
}

/** Makes a course of the demonstration's instructor through the API: one module, with the lessons given as title and text. */
export async function courseOf(url: string, title: string, lessons: Readonly<Record<string, string>>): Promise<MadeCourse> {
  const make = await maker(url);
  const id = await make('/api/admin/courses', { title, description: `About ${title}.` });
  const moduleId = await make(`/api/admin/courses/${id}/modules`, { title: 'First module' });
  const made = [];
  for (const [name, content] of Object.entries(lessons)) {
    made.push({ id: await make(`/api/admin/modules/${moduleId}/lessons`, { title: name, content }), title: name });
  }
  return { id, title, moduleId, lessons: made };
}

/** Puts a quiz with one question into a course; of the options, the first is right. Resolves to its id. */
export async function withQuiz(
  url: string,
  course: MadeCourse,
  title: string,
  prompt: string,
  options: readonly string[],
): Promise<string> {
  const make = await maker(url);
  const quiz = await make(`/api/admin/modules/${course.moduleId}/quizzes`, { title });
  const question = await make(`/api/admin/quizzes/${quiz}/questions`, { prompt });
  for (const [index, label] of options.entries())
    await make(`/api/admin/questions/${question}/options`, { label, isCorrect: index === 0 });
  return quiz;
}
