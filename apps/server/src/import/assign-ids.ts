import { withoutNumbers } from './course-shape.ts';
import { stableId } from './stable-id.ts';
import type { RowKind, RowPath } from './wanted-rows.ts';

/** What an earlier import remembered of a row. */
export type KnownRow = { readonly id: string; readonly kind: RowKind; readonly path: string };

/**
 * The id of each row: the one it had, else one made of course and path. A file that only got another number in front (of itself or of a
 * folder above) is the same lesson. Pure.
 */
export function assignIds(courseId: string, wanted: readonly RowPath[], known: readonly KnownRow[]): (row: RowPath) => string {
  const ids = new Map<string, string>([[keyOf({ kind: 'course', path: '' }), courseId]]);
  const byPath = new Map(known.map((row) => [keyOf(row), row]));
  const taken = new Set(known.map(({ id }) => id));
  const wantedKeys = new Set(wanted.map(keyOf));
  const gone = grouped(known.filter((row) => !wantedKeys.has(keyOf(row))));
  const arrived = grouped(wanted.filter((row) => !byPath.has(keyOf(row))));
  for (const row of wanted) {
    const key = keyOf(row);
    if (ids.has(key)) continue;
    const [before, ...others] = gone.get(bareKeyOf(row)) ?? [];
    const isAlone = others.length === 0 && arrived.get(bareKeyOf(row))?.length === 1;
    ids.set(key, byPath.get(key)?.id ?? (isAlone ? before?.id : undefined) ?? freshId(courseId, row, taken));
  }
  return (row) => {
    const id = ids.get(keyOf(row));
    if (id === undefined) throw new Error(`no id was assigned to ${keyOf(row)}`);
    return id;
  };
}

/** Another one where a renumbered file has taken along what this path would be given. */
function freshId(courseId: string, row: RowPath, taken: Set<string>): string {
  for (let turn = 0; ; turn += 1) {
    const id = stableId(`${courseId} ${keyOf(row)}${turn === 0 ? '' : ` ${turn}`}`);
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
}

/** By path without numbers. */
function grouped<Row extends RowPath>(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(bareKeyOf(row), [...(groups.get(bareKeyOf(row)) ?? []), row]);
  return groups;
}

function keyOf({ kind, path }: RowPath): string {
  return `${kind} ${path}`;
}

function bareKeyOf({ kind, path }: RowPath): string {
  return `${kind} ${withoutNumbers(path)}`;
}
