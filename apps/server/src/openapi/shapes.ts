import { camelCase } from '@elira/mutations';
import { PROBLEMS, type ProblemCode } from '@elira/protocol';
import { z } from 'zod';

/** What answers are made of, for their description. */
export const id = z.uuid();
/** A person's id. */
export const personId = z.string().min(1).max(36);
/** As PostgreSQL writes it, to the microsecond, in UTC. */
export const time = z.string().meta({ format: 'date-time' });

const CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

export const PROBLEM = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(CODES),
    detail: z.string().optional(),
  })
  .meta({
    id: 'Problem',
    description:
      'RFC 9457 problem details. A code stands for one fault for good; `detail` names the remedy where there is one.',
  });

/** Columns of the tables that answers hold, by SQL name. */
const COLUMNS: Readonly<Record<string, z.ZodType>> = {
  id,
  course_id: id,
  module_id: id,
  quiz_id: id,
  question_id: id,
  title: z.string(),
  description: z.string(),
  content: z.string().meta({ description: 'Markdown' }),
  instructions: z.string().meta({ description: 'Markdown' }),
  prompt: z.string().meta({ description: 'Markdown' }),
  explanation: z.string().meta({ description: 'Markdown; learners get it with their grade' }),
  label: z.string(),
  is_correct: z.boolean(),
  kind: z.enum(['single', 'multiple']),
  points: z.int(),
  position: z.string().meta({ description: 'a fractional index: siblings are in its order, byte by byte, then by id' }),
  status: z.enum(['draft', 'ready']),
  deleted_at: time.nullable(),
  access: z.enum(['open', 'code', 'authors']),
  is_draft: z.boolean(),
  is_published: z.boolean(),
  published_at: time.nullable(),
  version: z.int(),
  last_modified: time,
  modified_by: personId.nullable(),
  previous_version: z.record(z.string(), z.unknown()).nullable(),
  last_synced_at: time.nullable(),
  sync_status: z.string(),
};

/** A row of a table as clients receive it. Throws for a column that is not described above. */
export function rowShape(columns: readonly string[]): Record<string, z.ZodType> {
  return Object.fromEntries(
    columns.map((column) => {
      const shape = COLUMNS[column];
      if (shape === undefined) throw new Error(`describe the column ${column} in openapi/shapes.ts`);
      return [camelCase(column), shape];
    }),
  );
}

/** `{<name>: [...], next?}`: a page, and the id to go on from where there is more. */
export function pageOf(name: string, row: z.ZodType, next: z.ZodType = id): z.ZodType {
  return z.strictObject({ [name]: z.array(row), next: next.optional() });
}
