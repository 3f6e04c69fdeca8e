import { arrayText, readArray, selected, type Answer, type Column } from '../answer.ts';
import type { ChangeRow, History } from '../history.ts';
import { textOf, tupleOf } from '../model-row.ts';
import { snapshotText, type Snapshot } from '../snapshot.ts';
import { readBodies, type Body } from './bodies.ts';

/** The reader's statement, as far as its text says it: how changes are compared with the cursor, at most how many, and of which tables rows are read. */
type WindowShape = {
  readonly newer: Compare;
  readonly running: readonly Compare[];
  readonly limit: number;
  readonly tables: readonly { readonly id: number; readonly name: string; readonly bodies: readonly Body[] }[];
  readonly width: number;
  readonly columns: readonly Column[];
};
type Compare = '>=' | '<=' | '<' | '>' | '=';

const shapes = new Map<string, WindowShape>();

export function isWindow(text: string): boolean {
  return text.startsWith('WITH w AS MATERIALIZED');
}

export function runWindow(text: string, values: readonly (string | null)[], history: History, snapshot: Snapshot): Answer {
  let shape = shapes.get(text);
  if (shape === undefined) shapes.set(text, (shape = readShape(text)));
  const { limit, tables, width } = shape;
  const changes = changesOf(shape, values, history, snapshot, limit).slice(0, limit);
  const none = Array.from({ length: width }, () => null);
  const rows: (string | null)[][] = [['H', snapshotText(snapshot), null, null, null, headText(history), null, ...none]];
  for (const { xid, seq, tableId, op, key, was } of changes)
    rows.push([
      'C',
      String(xid),
      textOf(seq),
      String(tableId),
      op,
      key ?? null,
      was === undefined ? null : arrayText(was),
      ...none,
    ]);
  // Above the limit no row is read.
  for (const { id, name, bodies } of changes.length < limit ? tables : []) {
    const keys = new Set(changes.filter(({ tableId }) => tableId === id).map(({ key }) => key));
    const { table } = history.tables.get(name) ?? {};
    for (const key of keys) {
      const row = key === undefined ? undefined : history.rowAt(name, key, snapshot);
      if (key === undefined || row === undefined || table === undefined) continue;
      const shown = none.map((_, index) => bodies[index]?.(row) ?? null);
      rows.push(['S', null, null, String(id), null, key, arrayText(tupleOf(table, row)), ...shown]);
    }
  }
  return { columns: shape.columns, rows, tag: `SELECT ${rows.length}` };
}

/** Which tables changed in a window too large to be read. */
export function runOverflow(values: readonly (string | null)[], history: History, snapshot: Snapshot): Answer {
  const shape = { newer: '>=', running: ['>=', '<='] } as const;
  const changes = changesOf(shape, values, history, snapshot);
  const ids = [...new Set(changes.map(({ tableId }) => tableId))].filter((id) => id !== 0);
  const row = [snapshotText(snapshot), headText(history), arrayText(ids.map(String))];
  return selected({ at: 'text', head: 'text', tables: 'integer[]' }, [row]);
}

function changesOf(
  { newer, running }: Pick<WindowShape, 'newer' | 'running'>,
  [xmax, xip]: readonly (string | null)[],
  history: History,
  snapshot: Snapshot,
  limit = Number.POSITIVE_INFINITY,
): ChangeRow[] {
  const were = readArray(xip ?? '{}').map(Number);
  // Nothing older can be asked for, and most is older.
  const oldest = newer === '>=' || newer === '>' ? Math.min(Number(xmax), ...were) : 0;
  const recent = history.changes.filter(({ xid }) => xid >= oldest);
  const arm = (belongs: (xid: number) => boolean): ChangeRow[] => {
    const found = recent.filter(({ xid }) => belongs(xid) && history.shows(snapshot, xid));
    return found.length > limit ? found.toSorted((a, b) => a.xid - b.xid).slice(0, limit) : found;
  };
  const since = arm((xid) => compares(xid, newer, Number(xmax)));
  const late = were.flatMap((was) => arm((xid) => running.every((compare) => compares(xid, compare, was))));
  return [...since, ...late];
}

function headText({ state, incarnation, timeline }: History): string {
  const eight = timeline.toString(16).toUpperCase().padStart(8, '0');
  return JSON.stringify({ floor: String(state.floor), incarnation: incarnation ?? null, timeline: eight });
}

function compares(xid: number, compare: Compare, other: number): boolean {
  if (compare === '>=') return xid >= other;
  if (compare === '<=') return xid <= other;
  if (compare === '<') return xid < other;
  return compare === '>' ? xid > other : xid === other;
}

const COLUMNS: readonly Column[] = ['kind', 'xid', 'seq', 'id', 'op', 'key', 'tuple'].map((name) => ({
  name,
  type: name === 'tuple' ? 'text[]' : 'text',
}));
const NEWER = /WHERE c\.xid (>=|<=|<|>|=) \$1::xid8 ORDER BY c\.xid LIMIT (\d+)\)/;
const RUNNING =
  /unnest\(\$2::xid8\[\]\) AS running \(xid\) CROSS JOIN LATERAL \(SELECT [^()]* WHERE ([^()]*?) ORDER BY c\.xid LIMIT \d+\) c\)\) u LIMIT/;
const ROWS = /CROSS JOIN LATERAL \(SELECT (ARRAY\[.*?) FROM "public"\."(\w+)" d WHERE .*? WHERE k\.table_id = (\d+)/g;
const WIDTH = /'H'::text.*?NULL::text\[\]((?:, NULL::text)*) UNION ALL/;

function readShape(text: string): WindowShape {
  const [newer, running, width] = [NEWER.exec(text), RUNNING.exec(text), WIDTH.exec(text)];
  if (newer === null || running === null || width === null)
    throw new Error(`the model cannot read this window statement: ${text.slice(0, 400)}`);
  const compared = [...(running[1] ?? '').matchAll(/c\.xid (>=|<=|<|>|=) running\.xid/g)].map(([, found]) => found as Compare);
  const bodies = (width[1] ?? '').split('NULL').length - 1;
  return {
    newer: newer[1] as Compare,
    running: compared,
    limit: Number(newer[2]),
    tables: [...text.matchAll(ROWS)].map(([, list = '', name = '', id]) => ({
      id: Number(id),
      name,
      bodies: readBodies(list),
    })),
    width: bodies,
    columns: [...COLUMNS, ...Array.from({ length: bodies }, (_, index) => ({ name: `b${index}`, type: 'text' as const }))],
  };
}
