import type { Resolved, Save, SavedTable } from '@elira/mutations';
import type { FieldKind, Fields, Ground } from './draft.ts';

/** A row that is saved by version. */
export type VersionedRow = { readonly id: string; readonly version: number } & Readonly<Record<string, unknown>>;

export type DraftField = {
  /** What it is called on the screen. */
  readonly label: string;
  /** Of a field with a few values: what each is called. */
  readonly words?: Readonly<Record<string, string>>;
};

/** What a form over a row consists of. How a field is stored, and whether it is merged as long text, is said where the server reads it. */
export type DraftForm<F extends string> = { readonly table: SavedTable; readonly fields: Readonly<Record<F, DraftField>> };

/** What the options of a choice are called. */
export function wordsOf(
  options: readonly { readonly value: string; readonly label: string }[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(options.map(({ value, label }) => [value, label]));
}

export function groundOf({ table, fields }: DraftForm<string>, row: VersionedRow): Ground {
  return {
    row: Object.fromEntries(Object.keys(fields).map((field) => [field, asTyped(row[field])])),
    kindOf: (field) => kindOf(table, fields[field], field),
  };
}

function kindOf({ fields }: SavedTable, shown: DraftField | undefined, field: string): FieldKind {
  const stored = fields[field];
  if (shown?.words !== undefined || (stored !== undefined && stored.type !== 'text')) return 'choice';
  return stored?.prose === true ? 'prose' : 'line';
}

/**
 * What a save sends of what was typed: beside it what each field was, so that the server can merge as this page does, and how it came to be
 * where two had changed it. `more`: what is no field of the row.
 */
export function saveOf(
  { table }: DraftForm<string>,
  row: VersionedRow,
  changes: Fields,
  { more, resolved }: { readonly more: Fields; readonly resolved: Resolved },
): Save {
  const fields = Object.keys(changes);
  const typed = Object.entries(changes).map(([field, text]) => [
    field,
    table.fields[field]?.type === 'integer' ? Number(text) : text,
  ]);
  const base = Object.fromEntries(fields.map((field) => [field, row[field]]));
  const ways = Object.entries(resolved).filter(([field]) => fields.includes(field));
  return {
    version: row.version,
    ...(fields.length === 0 ? {} : { base }),
    ...(ways.length === 0 ? {} : { resolved: Object.fromEntries(ways) }),
    ...more,
    ...Object.fromEntries(typed),
  };
}

/** What a field shows of a value. */
function asTyped(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
