import { columnName, type ColumnRule, type RuleSet, type ScopeTableRule, type TableRule } from './rule-set.ts';

/** The distinct column lists of one table, in the order of their first use. Scopes with equal lists share rendered bytes. */
export type TableMasks = { readonly table: TableRule; readonly masks: readonly (readonly ColumnRule[])[] };

/** The masks of every table of the rules. */
export function masksOf(rules: RuleSet): ReadonlyMap<string, TableMasks> {
  const result = new Map<string, { table: TableRule; masks: (readonly ColumnRule[])[] }>();
  for (const table of rules.tables) result.set(table.name, { table, masks: [] });
  for (const scope of rules.scopes) {
    for (const entry of scope.tables) {
      const masks = result.get(entry.table)?.masks ?? [];
      if (!masks.some((mask) => sameMask(mask, entry.columns))) masks.push(entry.columns);
    }
  }
  return result;
}

/** Index of the mask of `entry` in `masksOf`. */
export function maskIndex(masks: TableMasks, entry: ScopeTableRule): number {
  return masks.masks.findIndex((mask) => sameMask(mask, entry.columns));
}

/**
 * SQL for the JSON text of one row of `alias` under a mask: an object with camelCase names, the key first. A bigint key is rendered as a
 * string: JSON numbers end at 2^53.
 */
export function maskSql(table: TableRule, mask: readonly ColumnRule[], alias: string): string {
  const rest = mask.filter((column) => columnName(column) !== table.key.column);
  const key: ColumnRule = table.key.type === 'bigint' ? { column: table.key.column, asText: true } : table.key.column;
  const fields = [key, ...rest].map((column) => {
    const value = `${alias}.${quote(columnName(column))}`;
    return `${typeof column === 'string' ? value : `${value}::text`} AS "${camelCase(columnName(column))}"`;
  });
  return `(SELECT pg_catalog.row_to_json(r)::text FROM (SELECT ${fields.join(', ')}) r)`;
}

/** Every column whose change must be captured: those of all masks, and the routing columns. Sorted, the key left out. */
export function synchronisedColumns(rules: RuleSet, table: TableRule): string[] {
  const names = new Set(Object.keys(table.routing));
  for (const scope of rules.scopes) {
    for (const entry of scope.tables)
      if (entry.table === table.name) entry.columns.forEach((column) => names.add(columnName(column)));
  }
  names.delete(table.key.column);
  return [...names].toSorted();
}

/** A plain SQL name as a quoted identifier. */
export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** `schema.table`, quoted. */
export function quoteTable(table: TableRule): string {
  return `${quote(table.schema)}.${quote(table.name)}`;
}

/** `published_at` → `publishedAt`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function sameMask(a: readonly ColumnRule[], b: readonly ColumnRule[]): boolean {
  return (
    a.length === b.length &&
    a.every((column, i) => {
      const other = b[i];
      return other !== undefined && columnName(column) === columnName(other) && typeof column === typeof other;
    })
  );
}
