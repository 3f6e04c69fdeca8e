/** What a statement answers, in PostgreSQL's text form. */
export type Answer = {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** What kind of statement it was, as `CommandComplete` says it. */
  readonly tag: string;
};
export type Column = { readonly name: string; readonly type: keyof typeof TYPES };

/** Numbers of the types, which tell pg how to read a column. */
export const TYPES = { text: 25, boolean: 16, integer: 23, 'text[]': 1009, 'integer[]': 1007, void: 2278 } as const;

export const NOTHING: Answer = { columns: [], rows: [], tag: 'SET' };

export function command(tag: string): Answer {
  return { columns: [], rows: [], tag };
}

export function selected(
  columns: Readonly<Record<string, Column['type']>>,
  rows: readonly (readonly (string | null)[])[],
): Answer {
  const named = Object.entries(columns).map(([name, type]) => ({ name, type }));
  return { columns: named, rows, tag: `SELECT ${rows.length}` };
}

/** An array of texts as PostgreSQL writes it. */
export function arrayText(values: readonly (string | null)[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : `"${value.replace(/["\\]/g, '\\$&')}"`)).join(',')}}`;
}

/** The elements of an array that pg wrote: texts quoted, numbers plain. */
export function readArray(text: string): string[] {
  return [...text.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1'),
  );
}

/** An error with its SQLSTATE. */
export class ModelError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
