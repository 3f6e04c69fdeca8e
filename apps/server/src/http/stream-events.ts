import { z } from 'zod';
import type { Summary } from '@elira/sync-server';

/**
 * `?as=events`: what a page that fetches for itself has to know, and nothing else.
 *
 *   {type: 'course_update', courseId}        something of this course may be different; null: of any
 *   {type: 'enrollment_update', userId}      something of this person's taking part may be; null: of anybody's
 *
 * Who is told what follows from the scopes that a connection holds, as with rows. Pure.
 */
export type StreamEvent =
  | { readonly type: 'course_update'; readonly courseId: string | null }
  | { readonly type: 'enrollment_update'; readonly userId: string | null };

/** Tables whose key is the course's, those with a course_id, and those of a person's taking part. */
const COURSES = new Set(['courses', 'published_courses']);
const CONTENT = new Set(
  ['modules', 'lessons', 'quizzes', 'questions', 'options']
    .flatMap((name) => [name, `published_${name}`])
    .concat('course_authors'),
);
const TAKING_PART = new Set(['enrollments', 'lesson_progress', 'quiz_attempts', 'grades', 'course_people']);

/** Scopes whose parameter is a person. */
const OF_A_PERSON = new Set(['enrollments', 'progress']);

const ROW = z.object({ course_id: z.string().optional(), user_id: z.string().optional() });

export const streamEvents: Summary = {
  ofChange({ scope, table, key, row }) {
    const { name, id } = partsOf(scope);
    if (COURSES.has(table)) return course(key);
    if (CONTENT.has(table)) return course(name === 'content' || name === 'authoring' ? id : (rowOf(row).course_id ?? null));
    if (TAKING_PART.has(table)) return person(OF_A_PERSON.has(name) && id !== null ? id : (rowOf(row).user_id ?? null));
    return undefined;
  },
  ofScope(scope) {
    const { name, id } = partsOf(scope);
    switch (name) {
      case 'courses':
        return [course(null)];
      case 'content':
        return [course(id)];
      case 'authoring':
        return [course(id), person(null)];
      case 'enrollments':
      case 'progress':
        return [person(id)];
      default:
        return [];
    }
  },
};

function course(courseId: string | null): StreamEvent {
  return { type: 'course_update', courseId };
}

function person(userId: string | null): StreamEvent {
  return { type: 'enrollment_update', userId };
}

/** `name[:id]/audience`. */
function partsOf(scope: string): { readonly name: string; readonly id: string | null } {
  const [, name = '', id = null] = /^([^:/]+)(?::([^/]+))?\//.exec(scope) ?? [];
  return { name, id };
}

/** What is needed of a row's JSON text; nothing of one that has left. */
function rowOf(row: string | undefined): z.infer<typeof ROW> {
  return row === undefined ? {} : ROW.parse(JSON.parse(row));
}
