import type { ScopeQuery } from '@elira/rules';
import type pg from 'pg';

/** Rows of one table in one scope: key → JSON text. */
export type Bodies = Map<string, string>;

/** A query, or several that differ in the parameter of their scopes alone, as those of many people do. */
type Group = readonly [ScopeQuery, ...ScopeQuery[]];

/**
 * Groups that are read in one statement. Every statement costs a turn of the event loop, which under load takes as long as reading; and one
 * that reads too much at once is cancelled.
 */
const GROUPS_AT_ONCE = 16;

/**
 * Reads what scopes hold in few statements, however many scopes and tables there are. What is missing in the result (more rows than one
 * scope may hold, a row that cannot be rendered) is left to be read scope by scope. Within the transaction that the caller has begun.
 */
export async function rowsOfMany(
  client: pg.ClientBase,
  queries: readonly ScopeQuery[],
  mostRows: number,
): Promise<ReadonlyMap<ScopeQuery, Bodies>> {
  const found = new Map<ScopeQuery, Bodies>();
  const groups = groupsOf(queries);
  for (let at = 0; at < groups.length; at += GROUPS_AT_ONCE) {
    const together = groups.slice(at, at + GROUPS_AT_ONCE);
    if (await readGroups(client, together, { mostRows, found })) continue;
    // One of them is to blame.
    for (const group of together) await readGroups(client, [group], { mostRows, found });
  }
  return found;
}

function groupsOf(queries: readonly ScopeQuery[]): Group[] {
  const alone: Group[] = [];
  const alike = new Map<string, [ScopeQuery, ...ScopeQuery[]]>();
  for (const query of queries) {
    if (query.manyText === undefined) {
      alone.push([query]);
      continue;
    }
    // Rules may ask for the same column with another constant.
    const key = JSON.stringify([query.manyText, ...query.values.slice(1)]);
    const group = alike.get(key);
    if (group === undefined) alike.set(key, [query]);
    else group.push(query);
  }
  return [...alone, ...alike.values()];
}

/** False: the statement failed, and nothing was found. */
async function readGroups(
  client: pg.ClientBase,
  groups: readonly Group[],
  { mostRows, found }: { readonly mostRows: number; readonly found: Map<ScopeQuery, Bodies> },
): Promise<boolean> {
  const rows = await rowsOrNone(client, statementOf(groups));
  if (rows === undefined) return false;
  const counts = groups.map(() => 0);
  for (const [part] of rows) counts[part] = (counts[part] ?? 0) + 1;
  for (const [part, group] of groups.entries())
    // Of one alone the caller sees for itself that there are too many.
    if (group.length === 1 || (counts[part] ?? 0) <= mostRows) for (const query of group) found.set(query, new Map());
  for (const [part, n, key, body] of rows) found.get(groups[part]?.[n - 1] as ScopeQuery)?.set(key, body);
  return true;
}

/** Rows `(part integer, n integer, key text, body text)`: of the n-th query of the group with the number `part`. */
function statementOf(groups: readonly Group[]): { readonly text: string; readonly values: unknown[] } {
  const values: unknown[] = [];
  const parts = groups.map((group, part) => {
    const [query] = group;
    const { text, manyText } = query.numberedFrom(values.length + 1);
    const isOne = group.length === 1 || manyText === undefined;
    values.push(...(isOne ? query.values : [group.map((one) => one.values[0]), ...query.values.slice(1)]));
    return `SELECT ${part}::integer AS part, ${isOne ? '1' : 'x.n'} AS n, x.key, x.body FROM (${isOne ? text : manyText}) x`;
  });
  return { text: parts.join(' UNION ALL '), values };
}

type Row = readonly [part: number, n: number, key: string, body: string];

async function rowsOrNone(
  client: pg.ClientBase,
  { text, values }: { readonly text: string; readonly values: unknown[] },
): Promise<readonly Row[] | undefined> {
  await client.query('SAVEPOINT many');
  try {
    const { rows } = await client.query<unknown[]>({ text, values, rowMode: 'array' });
    return rows as unknown as readonly Row[];
  } catch {
    await client.query('ROLLBACK TO SAVEPOINT many');
    return undefined;
  }
}
