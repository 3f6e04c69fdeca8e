import { arrayText, readArray, selected, type Answer, type Column } from '../answer.ts';
import type { History } from '../history.ts';
import { textOf, tupleOf, type Row } from '../model-row.ts';
import { snapshotText, type Snapshot } from '../snapshot.ts';
import { readBodies } from './bodies.ts';

const ROWS_BY_KEY = /^SELECT d\."(\w+)"::text, (ARRAY\[.*) FROM "public"\."(\w+)" d WHERE d\."\w+" = ANY \(\$1::\w+\[\]\)$/s;
const ROWS_OF_SCOPE = /^SELECT d\."(\w+)"::text AS key(.*?) FROM "public"\."(\w+)" d( WHERE .*)? LIMIT (\d+)$/s;
const ROWS_OF_MANY = /SELECT (\d+)::integer AS part, (?:1|x\.n) AS n, x\.key, x\.body FROM \((.*?)\) x(?= UNION ALL |$)/gs;
const ROWS_OF_SCOPES =
  /^SELECT w\.n::integer AS n, s\.key, s\.body FROM unnest\(\$(\d+)::text\[\]\) WITH ORDINALITY AS w \(parameter, n\) CROSS JOIN LATERAL \((.*)\) s LIMIT (\d+)$/s;
const GRANT =
  /SELECT d\."(\w+)"::text, '(\d+)'::text, d\."(\w+)"::text, '([^']*)'::text, '([^']*)'::text, d\."(\w+)"::text FROM "public"\."(\w+)" d WHERE (.*?)(?= UNION ALL |\) g$)/gs;

type Values = readonly (string | null)[];

/** Reads rows of one table by key, as `rowsStatement` of the engine asks for them. Undefined: it is another statement. */
export function runRowsByKey(text: string, values: Values, history: History, snapshot: Snapshot): Answer | undefined {
  const [, , list = '', name = ''] = ROWS_BY_KEY.exec(text) ?? [];
  const state = history.tables.get(name);
  if (state === undefined) return undefined;
  const bodies = readBodies(list);
  const rows = readArray(values[0] ?? '{}').flatMap((key) => {
    const row = history.rowAt(name, key, snapshot);
    return row === undefined ? [] : [[key, arrayText(tupleOf(state.table, row)), ...bodies.map((body) => body(row))]];
  });
  return selected({ key: 'text', tuple: 'text[]', ...named(bodies.length) }, rows);
}

/** Reads the rows of a scope, with or without their content. */
export function runRowsOfScope(text: string, values: Values, history: History, snapshot: Snapshot): Answer | undefined {
  const [, , list = '', name = '', where = '', limit] = ROWS_OF_SCOPE.exec(text) ?? [];
  if (!history.tables.has(name)) return undefined;
  const conditions = [...where.matchAll(/d\."(\w+)" = \$(\d+)::\w+/g)];
  const isIn = (row: Row): boolean =>
    conditions.every(([, column = '', number]) => textOf(row[column]) === values[Number(number) - 1]);
  const bodies = readBodies(list);
  const rows = [...history.rowsAt(name, snapshot)]
    .filter(([, row]) => isIn(row))
    .slice(0, Number(limit))
    .map(([key, row]) => [key, ...bodies.map((body) => body(row))]);
  return selected({ key: 'text', ...named(bodies.length) }, rows);
}

/** The rows of several scopes that differ in their parameter, each with the number of its scope. */
export function runRowsOfScopes(text: string, values: Values, history: History, snapshot: Snapshot): Answer | undefined {
  const [, number = '', one = '', limit] = ROWS_OF_SCOPES.exec(text) ?? [];
  if (one === '') return undefined;
  const ofOne = one.replace('w.parameter::', `$${number}::`);
  const place = Number(number) - 1;
  const rows = readArray(values[place] ?? '{}').flatMap((parameter, at) => {
    const answer = runRowsOfScope(ofOne, values.with(place, parameter), history, snapshot);
    if (answer === undefined) throw new Error(`the model cannot read a scope by: ${ofOne}`);
    return answer.rows.map((row) => [String(at + 1), ...row]);
  });
  return selected({ n: 'integer', key: 'text', body: 'text' }, rows.slice(0, Number(limit)));
}

/** The rows of whatever scopes, in one statement: each with the number of its part and, within that, of its scope. */
export function runRowsOfMany(text: string, values: Values, history: History, snapshot: Snapshot): Answer | undefined {
  if (!text.startsWith('SELECT 0::integer AS part, ')) return undefined;
  const rows = [...text.matchAll(ROWS_OF_MANY)].flatMap(([, part = '', one = '']) => {
    const many = runRowsOfScopes(one, values, history, snapshot);
    if (many !== undefined) return many.rows.map((row) => [part, ...row]);
    const answer = runRowsOfScope(one, values, history, snapshot);
    if (answer === undefined) throw new Error(`the model cannot read a scope by: ${one}`);
    return answer.rows.map((row) => [part, '1', ...row]);
  });
  return selected({ part: 'integer', n: 'integer', key: 'text', body: 'text' }, rows);
}

/** What rows open for users, with the position at which that is so. */
export function runMemberships(text: string, values: Values, history: History, snapshot: Snapshot): Answer {
  const users = new Set(readArray(values[0] ?? '{}'));
  const grants = [...text.matchAll(GRANT)];
  if (grants.length === 0) throw new Error(`the model finds no grants in: ${text}`);
  const head = [snapshotText(snapshot), history.incarnation ?? null, null, null, null, null, null, null];
  const rows: (string | null)[][] = [head];
  for (const [, user = '', id = '', , scope = '', audience = '', by = '', table = ''] of grants) {
    for (const [key, row] of history.rowsAt(table, snapshot)) {
      const [whose, parameter] = [textOf(row[user]), textOf(row[by])];
      if (whose === null || parameter === null || !users.has(whose)) continue;
      rows.push([null, null, whose, id, key, scope, audience, parameter]);
    }
  }
  return selected(Object.fromEntries(head.map((_, index) => [`c${index}`, 'text' as const])), rows);
}

function named(count: number): Record<string, Column['type']> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`b${index}`, 'text' as const]));
}
