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

/** What is needed of a row as its readers receive it, or of where one stood that has left. */
const ROW = z.object({ courseId: z.string().nullish(), userId: z.string().nullish() });

export const streamEvents: Summary = {
  ofChange({ scope, table, key, row, was }) {
    const { name, id } = partsOf(scope);
    if (COURSES.has(table)) return course(key);
    // Who leaves, with their name: the enrolment that ended tells whose it was.
    if (table === 'course_people' && row === undefined) return undefined;
    const told = (): z.infer<typeof ROW> => ROW.parse(row === undefined ? was : JSON.parse(row));
    if (CONTENT.has(table)) return course(name === 'content' || name === 'authoring' ? id : (told().courseId ?? null));
    if (TAKING_PART.has(table)) return person(OF_A_PERSON.has(name) && id !== null ? id : (told().userId ?? null));
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
