import type { Access } from './tables.ts';
import { isRecord, request } from './request.ts';

/** Everything a screen can ask the server to change. Each resolves when the change is committed; the stream then brings it. */
export const writes = {
  enroll: (courseId: string, joinCode?: string) =>
    request('POST', '/api/enrollments', joinCode === undefined ? { courseId } : { courseId, joinCode }),
  leave: (courseId: string) => request('DELETE', `/api/enrollments/${courseId}`),
  setCompleted: (lessonId: string, completed: boolean) => request('PUT', `/api/progress/${lessonId}`, { completed }),

  addCourse: async (title: string, description: string) =>
    idOf(await request('POST', '/api/admin/courses', { title, description })),
  saveCourse: (id: string, change: CourseChange) => request('PUT', `/api/admin/courses/${id}`, change),
  /** The join code is a secret, which no stream carries. */
  readJoinCode: async (id: string): Promise<string | undefined> => {
    const course = await request('GET', `/api/admin/courses/${id}`);
    const code = isRecord(course) ? course['joinCode'] : undefined;
    return typeof code === 'string' ? code : undefined;
  },
  publish: (id: string) => request('POST', `/api/admin/courses/${id}/publish`),
  unpublish: (id: string) => request('POST', `/api/admin/courses/${id}/unpublish`),
  addAuthor: (courseId: string, email: string) => request('POST', `/api/admin/courses/${courseId}/authors`, { email }),
  removeAuthor: (courseId: string, userId: string) => request('DELETE', `/api/admin/courses/${courseId}/authors/${userId}`),

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

function idOf(document: unknown): string {
  const id = isRecord(document) ? document['id'] : undefined;
  if (typeof id !== 'string') throw new TypeError('the answer to a creation names no id');
  return id;
}
