import { jsonOf, textOf, type Row } from '../model-row.ts';

/** Renders a row as `row_to_json` does. */
export type Body = (row: Row) => string;

const BODY = /\(SELECT pg_catalog\.row_to_json\(r\)::text FROM \(SELECT ((?:d\."\w+"(?:::text)? AS "\w+"(?:, )?)+)\) r\)/g;
const FIELD = /d\."(\w+)"(::text)? AS "(\w+)"/g;

/** The bodies that a list of columns asks for, in its order. */
export function readBodies(list: string): Body[] {
  return [...list.matchAll(BODY)].map(([, fields = '']) => {
    const shown = [...fields.matchAll(FIELD)].map(([, column = '', asText, name = '']) => ({
      column,
      name: JSON.stringify(name),
      asText: asText !== undefined,
    }));
    return (row) =>
      `{${shown.map(({ column, name, asText }) => `${name}:${jsonOf(asText ? textOf(row[column]) : row[column])}`).join(',')}}`;
  });
}
