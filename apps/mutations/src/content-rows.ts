import { Problem } from '@elira/protocol';
import type { MutatorTransaction } from '@elira/rules';
import type { ContentKind } from './content-kind.ts';
import { positionAfter } from './position.ts';
import { assignments, type SavedRow } from './save-row.ts';

/** Makes a row under `parentId`, last among its siblings unless it says where. Throws `Problem` not_found. */
export async function makeContent(
  tx: MutatorTransaction,
  kind: ContentKind,
  { id, parentId, ...values }: { readonly id: string; readonly parentId: string } & Readonly<Record<string, unknown>>,
): Promise<SavedRow> {
  const { table, parent, fields } = kind;
  const position = values['position'] ?? positionAfter(await lastPosition(tx, kind, parentId));
  const given = assignments(fields, { ...values, position }, 3);
  const own = ['id', ...Object.keys(parent.columns), ...given.map(({ column }) => column)];
  const from = ['$2::uuid', ...Object.values(parent.columns).map((column) => `p.${column}`), ...given.map(({ sql }) => sql)];
  const alive = parent.deletable ? ' AND p.deleted_at IS NULL' : '';
  const { rows } = await tx.query<SavedRow>(
    `INSERT INTO ${table} AS r (${own.join(', ')}) SELECT ${from.join(', ')} FROM ${parent.table} p WHERE p.id = $1${alive} ` +
      'RETURNING r.id, r.version',
    [parentId, id, ...given.map(({ value }) => value)],
  );
  return rows[0] ?? notFound();
}

/** Marks a row as deleted; publishing takes it from learners. Throws `Problem` not_found. */
export async function deleteContent(tx: MutatorTransaction, { table }: ContentKind, id: string): Promise<SavedRow> {
  const { rows } = await tx.query<SavedRow>(
    `UPDATE ${table} SET deleted_at = coalesce(deleted_at, now()) WHERE id = $1 RETURNING id, version`,
    [id],
  );
  return rows[0] ?? notFound();
}

async function lastPosition(
  tx: MutatorTransaction,
  { table, parent }: ContentKind,
  parentId: string,
): Promise<string | undefined> {
  const { rows } = await tx.query<{ position: string }>(
    `SELECT position FROM ${table} WHERE ${parentColumn(parent)} = $1 ORDER BY position DESC LIMIT 1`,
    [parentId],
  );
  return rows[0]?.position;
}

/** The column that names the parent. Pure. */
export function parentColumn({ columns }: ContentKind['parent']): string {
  return Object.keys(columns)[0] ?? '';
}

function notFound(): never {
  throw new Problem('not_found');
}
