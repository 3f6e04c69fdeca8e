import { quoteTable, type TableMasks } from '@elira/rules';
import type pg from 'pg';
import { beginLocked } from './begin-locked.ts';
import { readWindow, rowId, type Change, type ChangeWindow, type ReadRow, type RowState } from './change-window.ts';
import type { ReadStatements } from './read-statement.ts';
import { renderRows, shapeCode, type SetAside } from './render-rows.ts';

/**
 * The same window in several statements of one snapshot: first what changed, then the rows, table by table, in ever smaller groups. A row that
 * cannot be rendered is set aside. A table that is no longer as the rules say is set aside as a whole: what changed in it is that it has to be reloaded.
 */
export async function readCarefully(
  client: pg.ClientBase,
  statements: ReadStatements,
  values: unknown[],
  onSetAside: SetAside,
): Promise<ChangeWindow> {
  try {
    // Of a table without a mask no row is read but its key, and the right to lock is the right to all of its columns.
    const shown = await existing(
      client,
      statements.tables.filter(({ masks }) => masks.length > 0),
    );
    await beginLocked(
      client,
      shown.map(({ table }) => table),
    );
    const { rows } = await client.query<string[]>({ text: statements.keys, values, rowMode: 'array' });
    const window = readWindow(rows as unknown as readonly ReadRow[]);
    const states = new Map<string, RowState>();
    const broken = new Set<number>();
    if (window.changes.length <= statements.changeLimit) {
      for (const masks of statements.tables) {
        const keys = window.changes.filter((change) => change.tableId === masks.table.id).map((change) => change.key);
        const wanted = [...new Set(keys)].filter((key): key is string => key !== undefined);
        const rendered = await renderTable(client, masks, wanted, onSetAside);
        if (rendered === undefined) broken.add(masks.table.id);
        for (const [key, state] of rendered ?? []) states.set(rowId(masks.table.id, key), state);
      }
    }
    await client.query('COMMIT');
    return { ...window, changes: withReloads(window.changes, broken), states };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function existing(client: pg.ClientBase, tables: readonly TableMasks[]): Promise<TableMasks[]> {
  const names = tables.map(({ table }) => quoteTable(table));
  const { rows } = await client.query<{ name: string }>(
    'SELECT n.name FROM unnest($1::text[]) AS n (name) WHERE to_regclass(n.name) IS NOT NULL',
    [names],
  );
  const found = new Set(rows.map(({ name }) => name));
  return tables.filter((_, index) => found.has(names[index] ?? ''));
}

/** Undefined where the table is not as the rules say. */
async function renderTable(
  client: pg.ClientBase,
  masks: TableMasks,
  keys: readonly string[],
  onSetAside: SetAside,
): Promise<Map<string, RowState> | undefined> {
  if (keys.length === 0) return new Map();
  await client.query('SAVEPOINT one_table');
  try {
    const states = await renderRows(client, masks, keys, onSetAside);
    await client.query('RELEASE SAVEPOINT one_table');
    return states;
  } catch (error) {
    const code = shapeCode(error);
    if (code === undefined) throw error;
    await client.query('ROLLBACK TO SAVEPOINT one_table');
    onSetAside(masks.table.name, code);
    return undefined;
  }
}

/** Of a table that is set aside, its first change stands for all. */
function withReloads(changes: readonly Change[], broken: ReadonlySet<number>): readonly Change[] {
  if (broken.size === 0) return changes;
  const told = new Set<number>();
  return changes.flatMap((change): Change[] => {
    if (!broken.has(change.tableId)) return [change];
    if (told.has(change.tableId)) return [];
    told.add(change.tableId);
    return [{ ...change, op: 'R', key: undefined, was: undefined }];
  });
}
