import { z } from 'zod';
import type { ContentKind } from './content-kind.ts';
import { status, title, uuid } from './fields.ts';
import { position } from './position.ts';

const KEPT = ['deleted_at', 'version', 'last_modified', 'modified_by'];

const instructions = z.string().max(50_000);

export const QUIZZES: ContentKind = {
  thing: 'quiz',
  table: 'quizzes',
  parent: { table: 'modules', columns: { module_id: 'id', course_id: 'course_id' }, deletable: true },
  fields: {
    title: { column: 'title', type: 'text' },
    instructions: { column: 'instructions', type: 'text', prose: true },
    status: { column: 'status', type: 'text' },
    position: { column: 'position', type: 'text' },
    moduleId: { column: 'module_id', type: 'uuid' },
  },
  columns: ['id', 'course_id', 'module_id', 'title', 'instructions', 'position', 'status', ...KEPT],
  made: { title, instructions: instructions.optional(), status: status.optional(), position: position.optional() },
  saved: { title, instructions, status, position, moduleId: uuid, deleted: z.boolean() },
  defaults: { instructions: '', status: 'ready' },
};

const prompt = z.string().trim().min(1).max(20_000);
const question = {
  kind: z.enum(['single', 'multiple']),
  explanation: z.string().max(20_000),
  points: z.int().min(0).max(1000),
  position,
};

export const QUESTIONS: ContentKind = {
  thing: 'question',
  table: 'questions',
  parent: { table: 'quizzes', columns: { quiz_id: 'id', course_id: 'course_id' }, deletable: true },
  fields: {
    kind: { column: 'kind', type: 'text' },
    prompt: { column: 'prompt', type: 'text', prose: true },
    explanation: { column: 'explanation', type: 'text', prose: true },
    points: { column: 'points', type: 'integer' },
    position: { column: 'position', type: 'text' },
  },
  columns: ['id', 'quiz_id', 'course_id', 'kind', 'prompt', 'explanation', 'points', 'position', ...KEPT],
  made: { prompt, ...z.object(question).partial().shape },
  saved: { prompt, ...question, deleted: z.boolean() },
  defaults: { kind: 'single', explanation: '', points: 1 },
};

const label = z.string().trim().min(1).max(5_000);
const option = { isCorrect: z.boolean(), position };

export const OPTIONS: ContentKind = {
  thing: 'option',
  table: 'options',
  parent: { table: 'questions', columns: { question_id: 'id', quiz_id: 'quiz_id', course_id: 'course_id' }, deletable: true },
  fields: {
    label: { column: 'label', type: 'text' },
    isCorrect: { column: 'is_correct', type: 'boolean' },
    position: { column: 'position', type: 'text' },
  },
  columns: ['id', 'question_id', 'quiz_id', 'course_id', 'label', 'is_correct', 'position', ...KEPT],
  made: { label, ...z.object(option).partial().shape },
  saved: { label, ...option, deleted: z.boolean() },
  defaults: { isCorrect: false },
};
