import type { Save } from '@elira/mutations';
import { makeUuidV7 } from '@elira/protocol';
import type { Access } from './tables.ts';
import { isRecord, request, toProblem } from './request.ts';

/** What authors and administrators ask the server to change. Each resolves when the change is committed; the stream then brings it. What learners do goes through the outbox. */
export const writes = {
  /** A form's save: of a course or any row of its content. */
  save: (table: string, id: string, save: Save) => request('PUT', `/api/admin/${table}/${id}`, save),

  addCourse: async (title: string, description: string) =>
    idOf(await request('POST', '/api/admin/courses', { title, description })),
  saveCourse: (id: string, change: CourseChange) => request('PUT', `/api/admin/courses/${id}`, change),
  /** The join code is a secret, which no stream carries. */
  readJoinCode: async (id: string): Promise<string | undefined> => {
    const course = await request('GET', `/api/admin/courses/${id}`);
    const code = isRecord(course) ? course['joinCode'] : undefined;
    return typeof code === 'string' ? code : undefined;
  },
  /** `notify`: tell the learners, also of another publication than the first. */
  publish: (id: string, notify = false) => request('POST', `/api/admin/courses/${id}/publish`, { notify }),
  unpublish: (id: string) => request('POST', `/api/admin/courses/${id}/unpublish`),
  addAuthor: (courseId: string, email: string) => request('POST', `/api/admin/courses/${courseId}/authors`, { email }),
  removeAuthor: (courseId: string, userId: string) => request('DELETE', `/api/admin/courses/${courseId}/authors/${userId}`),

  announce: (courseId: string | null, title: string, body: string) =>
    request('POST', '/api/admin/announcements', { courseId, title, body }),
  deleteAnnouncement: (id: string) => request('DELETE', `/api/admin/announcements/${id}`),

  addModule: async (courseId: string, title: string, position: string) =>
    idOf(await request('POST', `/api/admin/courses/${courseId}/modules`, { title, position })),
  saveModule: (id: string, change: ModuleChange) => request('PUT', `/api/admin/modules/${id}`, change),
  restoreModule: (id: string, version: number) => request('PUT', `/api/admin/modules/${id}`, { version, deleted: false }),
  deleteModule: (id: string) => request('DELETE', `/api/admin/modules/${id}`),

  addLesson: async (moduleId: string, title: string, position: string) =>
    idOf(await request('POST', `/api/admin/modules/${moduleId}/lessons`, { title, position })),
  saveLesson: (id: string, change: LessonChange) => request('PUT', `/api/admin/lessons/${id}`, change),
  restoreLesson: (id: string, version: number) => request('PUT', `/api/admin/lessons/${id}`, { version, deleted: false }),
  deleteLesson: (id: string) => request('DELETE', `/api/admin/lessons/${id}`),

  addQuiz: async (moduleId: string, title: string, position: string) =>
    idOf(await request('POST', `/api/admin/modules/${moduleId}/quizzes`, { title, position })),
  saveQuiz: (id: string, change: QuizChange) => request('PUT', `/api/admin/quizzes/${id}`, change),
  restoreQuiz: (id: string, version: number) => request('PUT', `/api/admin/quizzes/${id}`, { version, deleted: false }),
  deleteQuiz: (id: string) => request('DELETE', `/api/admin/quizzes/${id}`),
  addQuestion: async (quizId: string, prompt: string, position: string) =>
    idOf(await request('POST', `/api/admin/quizzes/${quizId}/questions`, { prompt, position })),
  saveQuestion: (id: string, change: QuestionChange) => request('PUT', `/api/admin/questions/${id}`, change),
  restoreQuestion: (id: string, version: number) => request('PUT', `/api/admin/questions/${id}`, { version, deleted: false }),
  deleteQuestion: (id: string) => request('DELETE', `/api/admin/questions/${id}`),
  addOption: async (questionId: string, label: string, position: string) =>
    idOf(await request('POST', `/api/admin/questions/${questionId}/options`, { label, position })),
  saveOption: (id: string, change: OptionChange) => request('PUT', `/api/admin/options/${id}`, change),
  restoreOption: (id: string, version: number) => request('PUT', `/api/admin/options/${id}`, { version, deleted: false }),
  deleteOption: (id: string) => request('DELETE', `/api/admin/options/${id}`),
  /** How many attempts there are, and how many got another grade. */
  regrade: async (quizId: string) => (await mutateNow('attempt.regrade', { quizId })) as { attempts: number; regraded: number },

  restoreVersion: (id: string, version: number) => mutateNow('course.restore', { id, version }),
  discardDraft: (id: string) => mutateNow('course.discard', { id }),
} as const;

type CourseChange = {
  readonly version: number;
  readonly title?: string;
  readonly description?: string;
  readonly access?: Access;
  readonly joinCode?: string;
};
type ModuleChange = { readonly version: number; readonly title?: string; readonly position?: string };
type LessonChange = {
  readonly version: number;
  readonly title?: string;
  readonly content?: string;
  readonly status?: 'draft' | 'ready';
  readonly position?: string;
  readonly moduleId?: string;
};

type QuizChange = {
  readonly version: number;
  readonly title?: string;
  readonly instructions?: string;
  readonly status?: 'draft' | 'ready';
  readonly position?: string;
  readonly moduleId?: string;
};
type QuestionChange = {
  readonly version: number;
  readonly prompt?: string;
  readonly explanation?: string;
  readonly kind?: 'single' | 'multiple';
  readonly points?: number;
  readonly position?: string;
};
type OptionChange = {
  readonly version: number;
  readonly label?: string;
  readonly isCorrect?: boolean;
  readonly position?: string;
};

/** One mutation that is wanted now or not at all: what waits for a connection is for learners' work. Throws `ApiProblem`. */
async function mutateNow(name: string, args: object): Promise<unknown> {
  const answers = await request('POST', '/api/sync/mutations', [{ id: makeUuidV7(), name, args }]);
  const answer: unknown = Array.isArray(answers) ? answers[0] : undefined;
  if (isRecord(answer) && answer['status'] === 'applied') return answer['result'];
  const problem = isRecord(answer) && isRecord(answer['problem']) ? answer['problem'] : {};
  throw toProblem(typeof problem['status'] === 'number' ? problem['status'] : 0, problem);
}

function idOf(document: unknown): string {
  const id = isRecord(document) ? document['id'] : undefined;
  if (typeof id !== 'string') throw new TypeError('the answer to a creation names no id');
  return id;
}
