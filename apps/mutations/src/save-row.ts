import { Problem } from '@elira/protocol';
import type { MutatorTransaction } from '@elira/rules';
import { camelCase, rowSql, type Field, type SavedTable } from './content-kind.ts';
import type { Save } from './fields.ts';
import { mergeSave, type MergedSave } from './merge/merge-save.ts';
import { VersionConflict } from './version-conflict.ts';

/** What a mutation that wrote a row tells. The row itself travels like any data. */
export type SavedRow = { readonly id: string; readonly version: number };

/** A save's result: with the fields that now hold what both have written. */
export type MergedRow = SavedRow & { readonly merged: readonly string[] };

/** Times a save is tried while others come in between. Each further one means that another save was taken. */
const ATTEMPTS = 30;

const DELETED = 'deleted';

/**
 * Changes a row: at the version named as it is, at a later one field by field with what others have changed since.
 * Throws `VersionConflict`, or `Problem` not_found.
 */
export async function saveRow(
  tx: MutatorTransaction,
  table: SavedTable,
  id: string,
  { version, base = {}, ...values }: Save,
): Promise<MergedRow> {
  const given = Object.fromEntries(
    Object.entries(values).filter(([name, value]) => value !== undefined && name !== 'resolved'),
  );
  const saved = await writeAt(tx, table, id, version, given);
  if (saved !== undefined) return { ...saved, merged: [] };
  // No lock on what is read: whoever comes in between is seen by the version.
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const present = await readPresent(tx, table, id);
    const decided = decide(table, present, version, base, given);
    if (Object.keys(decided.conflicts).length > 0) {
      throw new VersionConflict({ theirs: present.row, conflicts: decided.conflicts, merged: decided.taken });
    }
    const written = await writeAt(tx, table, id, present.row.version, decided.taken);
    if (written !== undefined) return { ...written, merged: decided.merged };
  }
  throw new Problem('database_unavailable', 'Too many save this at once.');
}

type Present = {
  readonly row: SavedRow & Readonly<Record<string, unknown>>;
  /** By column: the version that last changed it; `*` for the others. Null: every one at the row's version. */
  readonly changed: Readonly<Record<string, number>> | null;
};

async function readPresent(tx: MutatorTransaction, { table, columns }: SavedTable, id: string): Promise<Present> {
  const { rows } = await tx.query<Present>(
    `SELECT ${rowSql(columns, 'r')} AS row, r.field_versions AS changed FROM ${table} r WHERE r.id = $1`,
    [id],
  );
  if (rows[0] === undefined) throw new Problem('not_found');
  return rows[0];
}

/** Pure. */
function decide(
  { fields }: SavedTable,
  { row, changed }: Present,
  version: number,
  base: Readonly<Record<string, unknown>>,
  yours: Readonly<Record<string, unknown>>,
): MergedSave {
  return mergeSave({
    yours,
    base,
    theirs: { ...row, [DELETED]: row['deletedAt'] !== null },
    changedSince: (field) => {
      const column = field === DELETED ? 'deleted_at' : (fields[field]?.column ?? field);
      return version > row.version || (changed?.[column] ?? changed?.['*'] ?? row.version) > version;
    },
    isProse: (field) => fields[field]?.prose === true,
  });
}

async function writeAt(
  tx: MutatorTransaction,
  { table, fields }: SavedTable,
  id: string,
  version: number,
  values: Readonly<Record<string, unknown>>,
): Promise<SavedRow | undefined> {
  const given = assignments(fields, values, 3);
  const mark = values[DELETED];
  const changes = [
    ...given.map(({ column, sql }) => `${column} = ${sql}`),
    ...(mark === undefined ? [] : [`deleted_at = ${mark === true ? 'coalesce(r.deleted_at, now())' : 'NULL'}`]),
    // Names the row where nothing in it is to change, so that the version and the right to change it are looked at.
    'version = r.version',
  ];
  const { rows } = await tx.query<SavedRow>(
    `UPDATE ${table} r SET ${changes.join(', ')} WHERE r.id = $1 AND r.version = $2 RETURNING r.id, r.version`,
    [id, version, ...given.map(({ value }) => value)],
  );
  return rows[0];
}

export type Assignment = { readonly column: string; readonly sql: string; readonly value: unknown };

/** What of `values` is a field, with parameters numbered from `first`. Pure. */
export function assignments(
  fields: Readonly<Record<string, Field>>,
  values: Readonly<Record<string, unknown>>,
  first: number,
): Assignment[] {
  const given = Object.entries(fields).filter(([name]) => values[name] !== undefined);
  return given.map(([name, { column, type }], index) => ({ column, sql: `$${first + index}::${type}`, value: values[name] }));
}

/** The columns of `values` as a client holds them. Pure. */
export function shownFields(
  fields: Readonly<Record<string, Field>>,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const given = Object.entries(fields).filter(([name]) => values[name] !== undefined);
  return Object.fromEntries(given.map(([name, { column }]) => [camelCase(column), values[name]]));
}
