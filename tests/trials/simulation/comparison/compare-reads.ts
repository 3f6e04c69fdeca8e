import { formatPosition, type Position } from '@elira/protocol';
import { grantQuery, scopeQueries } from '@elira/rules';
import pg from 'pg';
import { readWindow, type ChangeWindow, type ReadRow } from '../../../../packages/sync-server/src/read/change-window.ts';
import { readStatements } from '../../../../packages/sync-server/src/read/read-statement.ts';
import { arrayText, TYPES, type Answer } from '../database/answer.ts';
import type { History } from '../database/history.ts';
import { runMemberships, runRowsOfScope, runRowsOfScopes } from '../database/statements/row-statements.ts';
import { runOverflow, runWindow } from '../database/statements/window-statement.ts';
import { BOARDS, PEOPLE, TEAMS } from '../world/people.ts';
import { SIMULATION_RULES } from '../world/simulation-rules.ts';
import type { ScopeKey } from '@elira/protocol';

/** Above it a window overflows. */
export const CHANGE_LIMIT = 40;
const statements = readStatements(SIMULATION_RULES, CHANGE_LIMIT);
const ALL = new Set(SIMULATION_RULES.tables.map(({ id }) => id));

const SCOPES = [
  ...PEOPLE.map((name) => `owner:${name}/private`),
  ...TEAMS.map((name) => `team:${name}/member`),
  ...BOARDS.map((name) => `board:${name}/watch`),
  'notes/public',
  'note:n1/follow',
  'me:ann/owner',
] as ScopeKey[];

/** What PostgreSQL and the model each answer to the statements of a read, in a form that can be compared. */
export async function windowsOf(client: pg.Client, history: History, from: Position): Promise<[object, object, Position]> {
  const { text } = statements.windowOf(ALL);
  const [xmax, xip] = [from.xmax.toString(), from.xip.map(String)];
  const real = readWindow((await client.query({ text, values: [xmax, xip], rowMode: 'array' })).rows as unknown as ReadRow[]);
  const values = [xmax, `{${xip.join(',')}}`];
  const model = readWindow(parsed(runWindow(text, values, history, history.snapshot())) as unknown as ReadRow[]);
  if (real.changes.length <= CHANGE_LIMIT) return [comparable(real), comparable(model), real.to];
  const over = await client.query<[string, string, number[]]>({
    text: statements.overflow,
    values: [xmax, xip],
    rowMode: 'array',
  });
  const [at, , tables] = over.rows[0] ?? ['', '', []];
  const [[modelAt, , modelTables] = []] = parsed(runOverflow(values, history, history.snapshot()));
  const sorted = (ids: unknown): number[] => (ids as number[]).toSorted((a, b) => a - b);
  return [{ at, tables: sorted(tables) }, { at: modelAt, tables: sorted(modelTables) }, real.to];
}

/** The rows of every scope and what rows open for everybody, as both answer. */
export async function rowsOf(client: pg.Client, history: History): Promise<[object, object]> {
  const [real, model]: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];
  const snapshot = history.snapshot();
  for (const scope of SCOPES) {
    for (const { text, values, table } of scopeQueries(SIMULATION_RULES, scope, 1000)) {
      const { rows } = await client.query<string[]>({ text, values: [...values], rowMode: 'array' });
      real[`${scope} ${table}`] = rows.map(String).toSorted();
      model[`${scope} ${table}`] = runRowsOfScope(text, values, history, snapshot)?.rows.map(String).toSorted();
    }
  }
  const queries = SCOPES.flatMap((scope) => scopeQueries(SIMULATION_RULES, scope, 1000));
  for (const manyText of new Set(queries.map((query) => query.manyText))) {
    if (manyText === undefined) continue;
    const alike = queries.filter((query) => query.manyText === manyText);
    const parameters = alike.map(({ values }) => values[0] ?? '');
    const constants = alike[0]?.values.slice(1) ?? [];
    const { rows } = await client.query<string[]>({ text: manyText, values: [parameters, ...constants], rowMode: 'array' });
    real[manyText] = rows.map(String).toSorted();
    const answer = runRowsOfScopes(manyText, [arrayText(parameters), ...constants], history, snapshot);
    model[manyText] = answer?.rows.map(String).toSorted();
  }
  const grants = `SELECT g.* FROM (${grantQuery(SIMULATION_RULES) ?? ''}) g`;
  const { rows } = await client.query<string[]>({ text: grants, values: [PEOPLE], rowMode: 'array' });
  real['grants'] = rows.map(String).toSorted();
  const opened = runMemberships(grants, [`{${PEOPLE.join(',')}}`], history, snapshot).rows.slice(1);
  model['grants'] = opened.map((row) => String(row.slice(2))).toSorted();
  return [real, model];
}

function comparable({ to, head, changes, states }: ChangeWindow): object {
  const moves = new Map<string, unknown[]>();
  // `seq` orders the changes of one row; among rows, and from one database to another, it says nothing.
  const ordered = changes.toSorted((a, b) => (a.seq === b.seq ? 0 : (a.seq ?? 0n) < (b.seq ?? 0n) ? -1 : 1));
  for (const { xid, tableId, key, op, was } of ordered) {
    const id = `${xid} ${tableId} ${key ?? 'all'}`;
    moves.set(id, [...(moves.get(id) ?? []), [op, was ?? 'nothing']]);
  }
  return {
    to: formatPosition(to),
    head: { ...head, floor: String(head.floor) },
    moves: Object.fromEntries([...moves].toSorted()),
    states: Object.fromEntries([...states].toSorted()),
  };
}

/** A model's answer as pg would hand it on. */
function parsed({ columns, rows }: Answer): unknown[][] {
  const readers = columns.map(({ type }) => pg.types.getTypeParser(TYPES[type] as typeof pg.types.builtins.TEXT));
  return rows.map((row) => row.map((value, index) => (value === null ? null : (readers[index]?.(value) as unknown))));
}
