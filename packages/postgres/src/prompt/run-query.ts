import pg from 'pg';
import type { TextResult } from './format-result.ts';

/** Rows of one result that are kept and shown; the others are only counted. */
export const ROWS_SHOWN = 100_000;

const NUMBERS = new Set<number>([20, 21, 23, 26, 28, 700, 701, 790, 1700]);
/** Leaves every value as the text that PostgreSQL sent. */
const AS_TEXT: pg.CustomTypesConfig = {
  getTypeParser:
    () =>
    (value: unknown): unknown =>
      value,
};

/** Runs one statement. Throws node-postgres' errors. */
export function runQuery(client: pg.Client, sql: string, parameters: readonly string[] = []): Promise<TextResult> {
  return new Promise((resolve, reject) => {
    const rows: (string | null)[][] = [];
    let rowCount = 0;
    const config = { text: sql, values: [...parameters], rowMode: 'array', types: AS_TEXT } as const;
    const query = client.query(new pg.Query<(string | null)[]>(config));
    query.on('row', (row) => {
      rowCount += 1;
      if (rowCount <= ROWS_SHOWN) rows.push(row);
    });
    query.on('error', reject);
    query.on('end', (result) => {
      const columns = result.fields.map(({ name, dataTypeID }) => ({ name, rightAligned: NUMBERS.has(dataTypeID) }));
      resolve({ columns, rows, rowCount, command: commandTag(result) });
    });
  });
}

function commandTag({ command, rowCount }: pg.QueryResult): string {
  return rowCount === null || rowCount === undefined ? (command ?? '') : `${command} ${rowCount}`;
}
