import { z } from 'zod';
import type { ContentKind } from '../courses/content-kind.ts';
import { position } from '../courses/position.ts';
import { savedOf } from '../courses/saved.ts';
import { status, title } from '../courses/title.ts';
import { uuid } from '../http/read-request.ts';

const KEPT = ['deleted_at', 'version', 'last_modified', 'modified_by'];

const quiz = {
  instructions: z.string().max(50_000).optional(),
  status: status.optional(),
  position: position.optional(),
};

export const QUIZZES: ContentKind = {
  table: 'quizzes',
  path: '/api/admin/quizzes',
  parent: {
    table: 'modules',
    path: '/api/admin/modules',
    columns: { module_id: 'id', course_id: 'course_id' },
    deletable: true,
  },
  fields: {
    title: { column: 'title', type: 'text' },
    instructions: { column: 'instructions', type: 'text' },
    status: { column: 'status', type: 'text' },
    position: { column: 'position', type: 'text' },
    moduleId: { column: 'module_id', type: 'uuid' },
  },
  columns: ['id', 'course_id', 'module_id', 'title', 'instructions', 'position', 'status', ...KEPT],
  made: z.strictObject({ title, ...quiz }),
  saved: savedOf({ title: title.optional(), ...quiz, moduleId: uuid.optional(), deleted: z.boolean().optional() }),
};

const prompt = z.string().trim().min(1).max(20_000);
const question = {
  kind: z.enum(['single', 'multiple']).optional(),
  explanation: z.string().max(20_000).optional(),
  points: z.int().min(0).max(1000).optional(),
  position: position.optional(),
};

export const QUESTIONS: ContentKind = {
  table: 'questions',
  path: '/api/admin/questions',
  parent: {
    table: 'quizzes',
    path: '/api/admin/quizzes',
    columns: { quiz_id: 'id', course_id: 'course_id' },
    deletable: true,
  },
  fields: {
    kind: { column: 'kind', type: 'text' },
    prompt: { column: 'prompt', type: 'text' },
    explanation: { column: 'explanation', type: 'text' },
    points: { column: 'points', type: 'integer' },
    position: { column: 'position', type: 'text' },
  },
  columns: ['id', 'quiz_id', 'course_id', 'kind', 'prompt', 'explanation', 'points', 'position', ...KEPT],
  made: z.strictObject({ prompt, ...question }),
  saved: savedOf({ prompt: prompt.optional(), ...question, deleted: z.boolean().optional() }),
};

const label = z.string().trim().min(1).max(5_000);
const option = { isCorrect: z.boolean().optional(), position: position.optional() };

export const OPTIONS: ContentKind = {
  table: 'options',
  path: '/api/admin/options',
  parent: {
    table: 'questions',
    path: '/api/admin/questions',
    columns: { question_id: 'id', quiz_id: 'quiz_id', course_id: 'course_id' },
    deletable: true,
  },
  fields: {
    label: { column: 'label', type: 'text' },
    isCorrect: { column: 'is_correct', type: 'boolean' },
    position: { column: 'position', type: 'text' },
  },
  columns: ['id', 'question_id', 'quiz_id', 'course_id', 'label', 'is_correct', 'position', ...KEPT],
  made: z.strictObject({ label, ...option }),
  saved: savedOf({ label: label.optional(), ...option, deleted: z.boolean().optional() }),
};
