/** A result as it came over the wire: every value the text PostgreSQL made of it. */
export type TextResult = {
  readonly columns: readonly { readonly name: string; readonly rightAligned: boolean }[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** All rows, also those above the limit that were not kept. */
  readonly rowCount: number;
  /** As in `UPDATE 3`. */
  readonly command: string;
};

/** An aligned table and its row count, or the command's tag where there are no columns. Pure. */
export function formatResult(result: TextResult): string {
  if (result.columns.length === 0) return `${result.command}\n`;
  const cells = result.rows.map((row) => row.map((value) => oneLine(value ?? '')));
  const widths = result.columns.map(({ name }, at) =>
    cells.reduce((most, row) => Math.max(most, width(row[at] ?? '')), width(name)),
  );
  const header = result.columns.map(({ name }, at) => centre(name, widths[at] ?? 0)).join(' | ');
  const line = widths.map((columns) => '-'.repeat(columns + 2)).join('+');
  const body = cells.map((row) =>
    ` ${row.map((value, at) => align(value, widths[at] ?? 0, result.columns[at]?.rightAligned === true)).join(' | ')}`.trimEnd(),
  );
  return `${[` ${header}`.trimEnd(), line, ...body, countLine(result)].join('\n')}\n\n`;
}

function countLine({ rows, rowCount }: TextResult): string {
  const count = `${rowCount} ${rowCount === 1 ? 'row' : 'rows'}`;
  return rows.length < rowCount ? `(${count}, the first ${rows.length} shown)` : `(${count})`;
}

/** A table's row is one line, whatever the value holds; control characters must not reach the terminal. */
function oneLine(value: string): string {
  return value
    .replaceAll('\r\n', '↵')
    .replaceAll('\n', '↵')
    .replaceAll('\t', '⇥')
    .replaceAll(/\p{Cc}/gu, '·');
}

function width(text: string): number {
  return [...text].length;
}

function align(text: string, columns: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, columns - width(text)));
  return right ? space + text : text + space;
}

function centre(text: string, columns: number): string {
  const space = Math.max(0, columns - width(text));
  return ' '.repeat(Math.floor(space / 2)) + text + ' '.repeat(Math.ceil(space / 2));
}

type ErrorFields = {
  readonly message: string;
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly position?: string | undefined;
};

/** PostgreSQL's error with its SQLSTATE, and the line of `sql` it points at. Pure. */
export function formatError(error: ErrorFields, sql: string): string {
  const lines = [`ERROR:  ${error.message}${error.code === undefined ? '' : ` (SQLSTATE ${error.code})`}`];
  if (error.position !== undefined) lines.push(...pointAt(sql, Number(error.position)));
  if (error.detail !== undefined) lines.push(`DETAIL:  ${error.detail}`);
  if (error.hint !== undefined) lines.push(`HINT:  ${error.hint}`);
  return `${lines.join('\n')}\n`;
}

function pointAt(sql: string, position: number): string[] {
  const before = [...sql]
    .slice(0, position - 1)
    .join('')
    .split('\n');
  const number = before.length;
  const label = `LINE ${number}: `;
  return [label + (sql.split('\n')[number - 1] ?? ''), `${' '.repeat(label.length + width(before.at(-1) ?? ''))}^`];
}
