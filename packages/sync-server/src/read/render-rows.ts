import type { RoutingTuple, TableMasks } from '@elira/rules';
import type pg from 'pg';
import type { RowState } from './change-window.ts';
import { rowsStatement, tuplesStatement } from './read-statement.ts';

/**
 * Told of each row that PostgreSQL could not render: its table, the SQLSTATE, and its key, which is for the application and for no log.
 * Without a key: the table as a whole is no longer as the rules say.
 */
export type SetAside = (table: string, code: string, key?: string) => void;

/**
 * Renders rows by key within the transaction that is open, bisecting where PostgreSQL raises: one row that cannot be rendered is set
 * aside, and has a state without bodies, which is in no scope. The others are not held up.
 */
export async function renderRows(
  client: pg.ClientBase,
  masks: TableMasks,
  keys: readonly string[],
  onSetAside: SetAside,
): Promise<Map<string, RowState>> {
  const states = new Map<string, RowState>();
  const groups: (readonly string[])[] = keys.length === 0 ? [] : [keys];
  for (let group = groups.pop(); group !== undefined; group = groups.pop()) {
    await client.query('SAVEPOINT rendering');
    try {
      for (const [key, state] of await query(client, rowsStatement(masks), group)) states.set(key, state);
    } catch (error) {
      const code = renderingCode(error);
      if (code === undefined) throw error;
      await client.query('ROLLBACK TO SAVEPOINT rendering');
      if (group.length === 1) {
        onSetAside(masks.table.name, code, group[0]);
        for (const [key, state] of await query(client, tuplesStatement(masks), group)) states.set(key, state);
      } else {
        const half = group.length >> 1;
        groups.push(group.slice(0, half), group.slice(half));
      }
    }
    await client.query('RELEASE SAVEPOINT rendering');
  }
  return states;
}

/**
 * The SQLSTATE of an error that a row's content can cause: data exceptions (22), what a cast's own function raises (P0), limits of the
 * program (54), memory (53200) and the internal errors PostgreSQL gives for strings above 1 GB (XX000).
 */
export function renderingCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^(22...|P0...|54...|53200|XX000)$/.test(error.code) ? error.code : undefined;
}

/** The SQLSTATE of an error that says that a table is not as the rules say: a column or the table itself is gone, or is of another type. */
export function shapeCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^(42703|42P01|42883|42804|42846|42809)$/.test(error.code) ? error.code : undefined;
}

async function query(client: pg.ClientBase, text: string, keys: readonly string[]): Promise<[string, RowState][]> {
  const { rows } = await client.query<[string, RoutingTuple, ...string[]]>({ text, values: [keys], rowMode: 'array' });
  return rows.map(([key, tuple, ...bodies]) => [key, { tuple, bodies }]);
}
