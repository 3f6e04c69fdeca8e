import { maskSql, masksOf, quote, quoteTable, type RuleSet, type TableMasks } from '@elira/rules';

/**
 * The statement of every read, made once from the rules. Parameters: $1 the cursor's xmax, $2 its running transactions.
 *
 * One statement, so one snapshot: head, changes and rows agree. Its shape is what keeps the planner from scanning a synchronised
 * table whatever the statistics say (SPEC R2): two index conditions instead of an OR, a LIMIT that bounds every estimate above
 * it, and a LATERAL … OFFSET 0 per table, which can only be a lookup by key.
 */
export function readStatement(rules: RuleSet, changeLimit: number): string {
  const tables = [...masksOf(rules).values()];
  const width = Math.max(0, ...tables.map(({ masks }) => masks.length));
  const noBodies = ', NULL::text'.repeat(width);
  const arms = [
    `SELECT 'H'::text, pg_current_snapshot()::text, NULL::text, NULL::text, NULL::text, ${headSql()}, NULL::text[]${noBodies}`,
    `SELECT 'C', w.xid::text, w.seq::text, w.table_id::text, w.op::text, w.key, w.was${noBodies} FROM w`,
    ...tables.map((table) => statesSql(table, width)),
  ];
  return (
    `WITH w AS MATERIALIZED (SELECT u.* FROM (${windowSql()}) u LIMIT ${changeLimit + 1}), ` +
    `few AS MATERIALIZED (SELECT count(*) <= ${changeLimit} AS yes FROM w), ` +
    `k AS MATERIALIZED (SELECT DISTINCT w.table_id, w.key FROM w WHERE w.key IS NOT NULL AND w.table_id <> 0 AND (SELECT few.yes FROM few)) ` +
    arms.join(' UNION ALL ')
  );
}

/** For a window above the limit: the same head, and only which tables changed. */
export function overflowStatement(): string {
  return (
    `SELECT pg_current_snapshot()::text, ${headSql()}, ` +
    `ARRAY(SELECT DISTINCT u.table_id::integer FROM (${windowSql()}) u WHERE u.table_id <> 0)`
  );
}

function windowSql(): string {
  const columns = 'c.xid, c.seq, c.table_id, c.op, c.key, c.was';
  return (
    `(SELECT ${columns} FROM sync.change c WHERE c.xid >= $1::xid8) UNION ALL ` +
    `(SELECT ${columns} FROM sync.change c WHERE c.xid = ANY ($2::xid8[]))`
  );
}

function headSql(): string {
  return (
    `json_build_object('floor', (SELECT s.floor::text FROM sync.state s), 'incarnation', (SELECT i.id FROM sync.incarnation i), ` +
    `'timeline', left(pg_walfile_name(pg_current_wal_lsn()), 8))::text`
  );
}

function statesSql({ table, masks }: TableMasks, width: number): string {
  const tuple = Object.keys(table.routing).map((column) => `d.${quote(column)}::text`);
  const bodies = masks.map((mask, index) => `${maskSql(table, mask, 'd')} AS b${index}`);
  const columns = Array.from({ length: width }, (_, index) => (index < masks.length ? `, s.b${index}` : ', NULL'));
  return (
    `SELECT 'S', NULL, NULL, k.table_id::text, NULL, k.key, s.tuple${columns.join('')} FROM k CROSS JOIN LATERAL ` +
    `(SELECT ${[`ARRAY[${tuple.join(', ')}]::text[] AS tuple`, ...bodies].join(', ')} FROM ${quoteTable(table)} d ` +
    `WHERE d.${quote(table.key.column)} = k.key::${table.key.type} OFFSET 0) s WHERE k.table_id = ${table.id}`
  );
}
