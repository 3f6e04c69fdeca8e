import { COURSES, LESSONS, MODULES, OPTIONS, QUESTIONS, QUIZZES } from '@elira/mutations';
import { z } from 'zod';
import { personId, rowShape, time } from '../openapi/shapes.ts';

/** What the routes of the working side answer, for their description. */
const join = { joinCode: z.string().nullable() };

export const WORKING_COURSE = z.strictObject(rowShape(COURSES.columns)).meta({ id: 'WorkingCourse' });
/** Without what is in it. */
export const COURSE = z.strictObject({ ...rowShape(COURSES.columns), ...join }).meta({ id: 'Course' });

export const AUTHOR = z
  .strictObject({ userId: personId, name: z.string().nullable(), role: z.enum(['owner', 'co-author']), createdAt: time })
  .meta({ id: 'Author' });

/** By the table's name. */
export const ROWS = {
  modules: z.strictObject(rowShape(MODULES.columns)).meta({ id: 'Module' }),
  lessons: z.strictObject(rowShape(LESSONS.columns)).meta({ id: 'Lesson' }),
  quizzes: z.strictObject(rowShape(QUIZZES.columns)).meta({ id: 'Quiz' }),
  questions: z.strictObject(rowShape(QUESTIONS.columns)).meta({ id: 'Question' }),
  options: z.strictObject(rowShape(OPTIONS.columns)).meta({ id: 'Option' }),
} as const;

const question = z.strictObject({ ...rowShape(QUESTIONS.columns), options: z.array(ROWS.options) });
const quiz = z.strictObject({ ...rowShape(QUIZZES.columns), questions: z.array(question) });
const module = z.strictObject({ ...rowShape(MODULES.columns), lessons: z.array(ROWS.lessons), quizzes: z.array(quiz) });

export const WHOLE_COURSE = z
  .strictObject({ ...rowShape(COURSES.columns), ...join, authors: z.array(AUTHOR), modules: z.array(module) })
  .meta({ id: 'WholeCourse' });
