import type { z } from 'zod';

/** One table of a course's working content, as the routes need it. Everything here is a constant of ours; it is put into SQL as it is. */
export type ContentKind = {
  readonly table: 'modules' | 'lessons' | 'quizzes' | 'questions' | 'options';
  /** Path of one row, without its id. */
  readonly path: string;
  readonly parent: {
    readonly table: 'courses' | 'modules' | 'quizzes' | 'questions';
    /** Path under which children are made, without the parent's id and the last part. */
    readonly path: string;
    /** Column that names the parent, and the columns that are the parent's own; by column of the parent. */
    readonly columns: Readonly<Record<string, string>>;
    /** Whether a parent may be marked as deleted. */
    readonly deletable: boolean;
  };
  /** What a client may write: by JSON name, the column and its SQL type. */
  readonly fields: Readonly<
    Record<string, { readonly column: string; readonly type: 'text' | 'integer' | 'boolean' | 'uuid' }>
  >;
  /** What a client receives, in this order; on the wire in camelCase. */
  readonly columns: readonly string[];
  /** Of the fields, at making and at saving. Strict. */
  readonly made: z.ZodType<Readonly<Record<string, unknown>>>;
  readonly saved: z.ZodType<Readonly<Record<string, unknown>>>;
};

/** `last_modified` → `lastModified`. Pure. */
export function camelCase(column: string): string {
  return column.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

/** SQL for a row of `alias` as one JSON object. Pure. */
export function rowSql(columns: readonly string[], alias: string): string {
  return `json_build_object(${columns.map((column) => `'${camelCase(column)}', ${alias}.${column}`).join(', ')})`;
}
