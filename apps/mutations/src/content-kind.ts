import type { z } from 'zod';

/** A column that clients write, by its JSON name in `fields`. Constants of ours; they are put into SQL as they are. */
export type Field = {
  readonly column: string;
  readonly type: 'text' | 'integer' | 'boolean' | 'uuid';
  /** Long text, which is merged by paragraphs. */
  readonly prose?: true;
};

/** A table whose rows are saved by version. */
export type SavedTable = {
  readonly table: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** What its authors receive, in this order; on the wire in camelCase. */
  readonly columns: readonly string[];
};

/** One table of a course's working content. */
export type ContentKind = SavedTable & {
  readonly thing: 'module' | 'lesson' | 'quiz' | 'question' | 'option';
  readonly table: 'modules' | 'lessons' | 'quizzes' | 'questions' | 'options';
  readonly parent: {
    readonly table: 'courses' | 'modules' | 'quizzes' | 'questions';
    /** Column that names the parent, and the columns that are the parent's own; by column of the parent. */
    readonly columns: Readonly<Record<string, string>>;
    /** Whether a parent may be marked as deleted. */
    readonly deletable: boolean;
  };
  /** Schemas of the fields that are given when a row is made, and of those that a save may change. */
  readonly made: z.ZodRawShape;
  readonly saved: z.ZodRawShape;
  /** What the other fields are at first, by JSON name. */
  readonly defaults: Readonly<Record<string, unknown>>;
};

/** `last_modified` → `lastModified`. Pure. */
export function camelCase(column: string): string {
  return column.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

/** SQL for a row of `alias` as one JSON object. Pure. */
export function rowSql(columns: readonly string[], alias: string): string {
  return `json_build_object(${columns.map((column) => `'${camelCase(column)}', ${alias}.${column}`).join(', ')})`;
}
