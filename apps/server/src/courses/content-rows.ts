import type { ClientBase } from 'pg';
import { Problem } from '@elira/protocol';
import { rowSql, type ContentKind } from './content-kind.ts';
import { positionAfter } from './position.ts';
import { VersionConflict } from './version-conflict.ts';

/** A row as its authors read it: camelCase, times as PostgreSQL writes them, to the microsecond. */
export type ContentRow = { readonly id: string; readonly version: number } & Readonly<Record<string, unknown>>;

/** Makes a row under `parentId`, last among its siblings unless it says where. Throws `Problem` not_found. */
export async function makeContent(
  client: ClientBase,
  kind: ContentKind,
  parentId: string,
  values: Readonly<Record<string, unknown>>,
): Promise<ContentRow> {
  const { table, parent, columns } = kind;
  const position = values['position'] ?? positionAfter(await lastPosition(client, kind, parentId));
  const given = assignments(kind, { ...values, position }, 2);
  const own = [...Object.keys(parent.columns), ...given.map(({ column }) => column)];
  const from = [...Object.values(parent.columns).map((column) => `p.${column}`), ...given.map(({ sql }) => sql)];
  const alive = parent.deletable ? ' AND p.deleted_at IS NULL' : '';
  const { rows } = await client.query<{ row: ContentRow }>(
    `INSERT INTO ${table} AS r (${own.join(', ')}) SELECT ${from.join(', ')} FROM ${parent.table} p WHERE p.id = $1${alive} ` +
      `RETURNING ${rowSql(columns, 'r')} AS row`,
    [parentId, ...given.map(({ value }) => value)],
  );
  return rows[0]?.row ?? notFound();
}

/** Changes a row that is still at `version`. Throws `VersionConflict` with the present row, or `Problem` not_found. */
export async function saveContent(
  client: ClientBase,
  kind: ContentKind,
  id: string,
  { version, deleted, ...values }: Readonly<Record<string, unknown>>,
): Promise<ContentRow> {
  const given = assignments(kind, values, 3);
  const mark = deleted === undefined ? [] : [`deleted_at = ${deleted === true ? 'coalesce(r.deleted_at, now())' : 'NULL'}`];
  const changes = [...given.map(({ column, sql }) => `${column} = ${sql}`), ...mark];
  const { rows } = await client.query<{ row: ContentRow }>(
    `UPDATE ${kind.table} r SET ${changes.join(', ')} WHERE r.id = $1 AND r.version = $2 RETURNING ${rowSql(kind.columns, 'r')} AS row`,
    [id, version, ...given.map(({ value }) => value)],
  );
  if (rows[0] !== undefined) return rows[0].row;
  const theirs = await client.query<{ row: ContentRow }>(
    `SELECT ${rowSql(kind.columns, 'r')} AS row FROM ${kind.table} r WHERE r.id = $1`,
    [id],
  );
  throw new VersionConflict(theirs.rows[0]?.row ?? notFound());
}

/** Marks a row as deleted; publishing takes it from learners. Throws `Problem` not_found. */
export async function deleteContent(client: ClientBase, { table }: ContentKind, id: string): Promise<void> {
  const { rowCount } = await client.query(`UPDATE ${table} SET deleted_at = coalesce(deleted_at, now()) WHERE id = $1`, [id]);
  if (rowCount === 0) notFound();
}

async function lastPosition(client: ClientBase, { table, parent }: ContentKind, parentId: string): Promise<string | undefined> {
  const [column] = Object.keys(parent.columns);
  const { rows } = await client.query<{ position: string }>(
    `SELECT position FROM ${table} WHERE ${column ?? ''} = $1 ORDER BY position DESC LIMIT 1`,
    [parentId],
  );
  return rows[0]?.position;
}

type Assignment = { readonly column: string; readonly sql: string; readonly value: unknown };

/** Pure. Parameters are numbered from `first`. */
function assignments({ fields }: ContentKind, values: Readonly<Record<string, unknown>>, first: number): Assignment[] {
  const given = Object.entries(fields).filter(([name]) => values[name] !== undefined);
  return given.map(([name, { column, type }], index) => ({ column, sql: `$${first + index}::${type}`, value: values[name] }));
}

function notFound(): never {
  throw new Problem('not_found');
}
