import type { ChangeRow } from './history.ts';
import { textOf, tupleOf, type ModelTable, type Row } from './model-row.ts';

export type Captured = Pick<ChangeRow, 'op' | 'was'> & { readonly key: string; readonly isOrdered: boolean };

/** What the triggers of one statement write into the change index, said a second time: the model has no SQL. */
export function captured(
  table: ModelTable,
  edits: readonly { readonly before: Row | undefined; readonly after: Row | undefined }[],
): Captured[] {
  return edits.flatMap(({ before, after }): Captured[] => {
    if (before === undefined) return after === undefined ? [] : [came(table, after)];
    if (after === undefined) return [went(table, before)];
    if (table.isCheap) return [{ op: 'U', key: keyOf(table, after), was: undefined, isOrdered: false }];
    if (before[table.key] !== after[table.key]) return [went(table, before), came(table, after)];
    const isSame = (column: string): boolean => before[column] === after[column];
    const moved = !table.routing.every(isSame);
    if (!moved && table.synchronised.every(isSame)) return [];
    return [{ op: 'U', key: keyOf(table, after), was: moved ? tupleOf(table, before) : undefined, isOrdered: true }];
  });
}

function came(table: ModelTable, row: Row): Captured {
  return { op: 'I', key: keyOf(table, row), was: undefined, isOrdered: true };
}

function went(table: ModelTable, row: Row): Captured {
  return { op: 'D', key: keyOf(table, row), was: tupleOf(table, row), isOrdered: true };
}

function keyOf(table: ModelTable, row: Row): string {
  return textOf(row[table.key]) ?? '';
}
