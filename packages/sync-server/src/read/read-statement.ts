import { maskSql, masksOf, quote, quoteTable, type RuleSet, type TableMasks, type TableRule } from '@elira/rules';

/** The statements of one rule set; `changeLimit` is the number of change rows above which a window overflows. */
export type ReadStatements = {
  /**
   * Reads everything that changed, and the rows of those tables (by id) only: each table more makes every read dearer, whatever
   * changes. For more tables than are worth a statement of their own, the rows of all.
   */
  readonly windowOf: (tables: ReadonlySet<number>) => WindowStatement;
  readonly keys: string;
  readonly overflow: string;
  readonly changeLimit: number;
  readonly tables: readonly TableMasks[];
};

export type WindowStatement = { readonly name: string; readonly text: string; readonly covers: ReadonlySet<number> };

/** Tables in one statement, above which it reads all. */
export const TABLES_AT_ONCE = 4;
/** Statements kept, which each session prepares when it first needs them. */
const STATEMENTS_KEPT = 64;

export function readStatements(rules: RuleSet, changeLimit: number): ReadStatements {
  const tables = [...masksOf(rules).values()];
  const make = (name: string, covered: readonly TableMasks[]): WindowStatement => ({
    name,
    text: readStatement(covered, changeLimit),
    covers: new Set(covered.map(({ table }) => table.id)),
  });
  const all = make('elira-read', tables);
  const kept = new Map<string, WindowStatement>();
  return {
    windowOf(wanted) {
      if (wanted.size > TABLES_AT_ONCE || wanted.size >= tables.length) return all;
      const covered = tables.filter(({ table }) => wanted.has(table.id));
      const name = `elira-read-${covered.map(({ table }) => table.id).join('-')}`;
      const known = kept.get(name);
      if (known !== undefined) return known;
      if (kept.size >= STATEMENTS_KEPT) return all;
      const made = make(name, covered);
      kept.set(name, made);
      return made;
    },
    keys: readStatement([], changeLimit),
    overflow: overflowStatement(),
    changeLimit,
    tables,
  };
}

/**
 * The statement of a read, made from the rules; without tables, what changed but not the rows. Parameters: $1 the cursor's xmax, $2 its running transactions.
 *
 * One statement, so one snapshot: head, changes and rows agree. Its shape is what keeps the planner from scanning a synchronised
 * table whatever the statistics say (SPEC R2): index conditions and their order instead of an OR, a LIMIT that bounds every estimate above
 * them, and a LATERAL … OFFSET 0 per table, which can only be a lookup by key.
 */
function readStatement(tables: readonly TableMasks[], changeLimit: number): string {
  const width = Math.max(0, ...tables.map(({ masks }) => masks.length));
  const noBodies = ', NULL::text'.repeat(width);
  const arms = [
    `SELECT 'H'::text, pg_current_snapshot()::text, NULL::text, NULL::text, NULL::text, ${headSql()}, NULL::text[]${noBodies}`,
    `SELECT 'C', w.xid::text, w.seq::text, w.table_id::text, w.op::text, w.key, w.was${noBodies} FROM w`,
    ...tables.map((table) => statesSql(table, width)),
  ];
  return (
    `WITH w AS MATERIALIZED (SELECT u.* FROM (${windowSql(changeLimit + 1)}) u LIMIT ${changeLimit + 1}), ` +
    `few AS MATERIALIZED (SELECT count(*) <= ${changeLimit} AS yes FROM w), ` +
    `k AS MATERIALIZED (SELECT DISTINCT w.table_id, w.key FROM w WHERE w.key IS NOT NULL AND w.table_id <> 0 AND (SELECT few.yes FROM few)) ` +
    arms.join(' UNION ALL ')
  );
}

/** Rows of one table by key ($1, text array): key, routing tuple, one body per mask. */
export function rowsStatement({ table, masks }: TableMasks): string {
  const bodies = masks.map((mask) => `, ${maskSql(table, mask, 'd')}`);
  return (
    `SELECT d.${quote(table.key.column)}::text, ${tupleSql(table)}${bodies.join('')} FROM ${quoteTable(table)} d ` +
    `WHERE d.${quote(table.key.column)} = ANY ($1::${table.key.type}[])`
  );
}

/** Where rows of one table stand, without their content: key, routing tuple. */
export function tuplesStatement({ table }: TableMasks): string {
  return rowsStatement({ table, masks: [] });
}

/** For a window above the limit: the same head, and only which tables changed. */
function overflowStatement(): string {
  return (
    `SELECT pg_current_snapshot()::text, ${headSql()}, ` +
    `ARRAY(SELECT DISTINCT u.table_id::integer FROM (${windowSql()}) u WHERE u.table_id <> 0)`
  );
}

/**
 * The change rows that the cursor does not contain: newer ones, and those of each transaction that was running. With `most`, at most so
 * many of each, in the order of the index: its other way would be to read the whole index, which looks cheap where the planner does not
 * know how few rows are new, or where one transaction wrote most of them.
 */
function windowSql(most?: number): string {
  const columns = 'c.xid, c.seq, c.table_id, c.op, c.key, c.was';
  const ordered = most === undefined ? '' : ` ORDER BY c.xid LIMIT ${most}`;
  return (
    `(SELECT ${columns} FROM sync.change c WHERE c.xid >= $1::xid8${ordered}) UNION ALL ` +
    `(SELECT c.* FROM unnest($2::xid8[]) AS running (xid) CROSS JOIN LATERAL ` +
    `(SELECT ${columns} FROM sync.change c WHERE c.xid >= running.xid AND c.xid <= running.xid${ordered}) c)`
  );
}

function headSql(): string {
  return (
    `json_build_object('floor', (SELECT s.floor::text FROM sync.state s), 'incarnation', (SELECT i.id FROM sync.incarnation i), ` +
    `'timeline', left(pg_walfile_name(pg_current_wal_lsn()), 8))::text`
  );
}

function statesSql({ table, masks }: TableMasks, width: number): string {
  const bodies = masks.map((mask, index) => `${maskSql(table, mask, 'd')} AS b${index}`);
  const columns = Array.from({ length: width }, (_, index) => (index < masks.length ? `, s.b${index}` : ', NULL'));
  return (
    `SELECT 'S', NULL, NULL, k.table_id::text, NULL, k.key, s.tuple${columns.join('')} FROM k CROSS JOIN LATERAL ` +
    `(SELECT ${[`${tupleSql(table)} AS tuple`, ...bodies].join(', ')} FROM ${quoteTable(table)} d ` +
    `WHERE d.${quote(table.key.column)} = k.key::${table.key.type} OFFSET 0) s WHERE k.table_id = ${table.id}`
  );
}

function tupleSql(table: TableRule): string {
  return `ARRAY[${Object.keys(table.routing)
    .map((column) => `d.${quote(column)}::text`)
    .join(', ')}]::text[]`;
}
