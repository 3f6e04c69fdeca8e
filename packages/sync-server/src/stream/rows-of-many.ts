import type { ScopeQuery } from '@elira/rules';
import type pg from 'pg';

/** Rows of one table in one scope: key → JSON text. */
export type Bodies = Map<string, string>;

/**
 * Reads at once what scopes hold that differ in their parameter alone, as those of many people do: one statement for each table of theirs
 * instead of one for each person. What is missing in the result (a scope that is alone, more rows than one scope may hold, a row that cannot
 * be rendered) is left to be read scope by scope. Within the transaction that the caller has begun.
 */
export async function rowsOfMany(
  client: pg.ClientBase,
  queries: readonly ScopeQuery[],
  mostRows: number,
): Promise<ReadonlyMap<ScopeQuery, Bodies>> {
  const found = new Map<ScopeQuery, Bodies>();
  const alike = new Map<string, ScopeQuery[]>();
  for (const query of queries) {
    if (query.manyText === undefined) continue;
    const group = alike.get(query.manyText);
    if (group === undefined) alike.set(query.manyText, [query]);
    else group.push(query);
  }
  for (const [text, group] of alike) {
    const [first] = group;
    if (first === undefined || group.length === 1) continue;
    const rows = await rowsOrNone(client, text, [group.map(({ values }) => values[0]), ...first.values.slice(1)]);
    if (rows === undefined || rows.length > mostRows) continue;
    for (const query of group) found.set(query, new Map());
    for (const [n, key, body] of rows) found.get(group[n - 1] as ScopeQuery)?.set(key, body);
  }
  return found;
}

type Row = readonly [n: number, key: string, body: string];

/** Undefined where it failed: one of them is to blame, and is found when each is read for itself. */
async function rowsOrNone(client: pg.ClientBase, text: string, values: unknown[]): Promise<readonly Row[] | undefined> {
  await client.query('SAVEPOINT many');
  try {
    const { rows } = await client.query<unknown[]>({ text, values, rowMode: 'array' });
    return rows as unknown as readonly Row[];
  } catch {
    await client.query('ROLLBACK TO SAVEPOINT many');
    return undefined;
  }
}
