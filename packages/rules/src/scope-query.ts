import type { ScopeKey } from '@elira/protocol';
import { maskIndex, maskSql, masksOf, quote, quoteTable } from './column-mask.ts';
import {
  isParameterised,
  type ColumnType,
  type RuleSet,
  type ScopeRule,
  type ScopeTableRule,
  type TableRule,
} from './rule-set.ts';

/** One table's part of a scope's snapshot. */
export type ScopeQuery = QueryTexts & {
  readonly table: string;
  /** Index of the scope's mask in `masksOf`. */
  readonly mask: number;
  readonly values: readonly string[];
  /** The same, its parameters numbered from `first` on instead of from 1: for a statement that reads more than this. */
  readonly numberedFrom: (first: number) => QueryTexts;
};

type QueryTexts = {
  /** Rows `(key text, body text)`. */
  readonly text: string;
  /** Rows `(key text)` alone, for when a body cannot be rendered. */
  readonly keysText: string;
  /**
   * Where the scope has a parameter, which is the first of `values` then: the same for several scopes that differ in it alone. Rows
   * `(n integer, key text, body text)` for the n-th of an array of parameters, which takes its place; at most as many rows in all as of one.
   */
  readonly manyText: string | undefined;
};

/** The rule and parameter behind a scope key, or undefined when no rule makes such a key. */
export function parseScopeKey(rules: RuleSet, scope: ScopeKey): { rule: ScopeRule; parameter?: string } | undefined {
  for (const rule of rules.scopes) {
    const suffix = `/${rule.audience}`;
    if (!isParameterised(rule)) {
      if (scope === `${rule.name}${suffix}`) return { rule };
    } else if (scope.startsWith(`${rule.name}:`) && scope.endsWith(suffix)) {
      const parameter = scope.slice(rule.name.length + 1, scope.length - suffix.length);
      if (parameter.length > 0) return { rule, parameter };
    }
  }
  return undefined;
}

/** The statements that read all rows of a scope, at most `limit` of each table. To be run in one snapshot. */
export function scopeQueries(rules: RuleSet, scope: ScopeKey, limit: number): ScopeQuery[] {
  const parsed = parseScopeKey(rules, scope);
  if (parsed === undefined) throw new Error('no rule makes this scope key');
  return parsed.rule.tables.map((entry) => {
    const table = rules.tables.find((candidate) => candidate.name === entry.table);
    if (table === undefined) throw new Error(`table ${entry.table} is not in the rules`);
    const masks = masksOf(rules).get(table.name);
    return { ...tableQuery(table, entry, parsed.parameter, limit), mask: masks === undefined ? -1 : maskIndex(masks, entry) };
  });
}

function tableQuery(
  table: TableRule,
  entry: ScopeTableRule,
  parameter: string | undefined,
  limit: number,
): Omit<ScopeQuery, 'mask'> {
  const by = parameter === undefined ? undefined : entry.by;
  const numberedFrom = (first: number): QueryTexts => queryTexts(table, entry, { by, limit, first });
  return {
    table: table.name,
    ...numberedFrom(1),
    values: [...(by === undefined || parameter === undefined ? [] : [parameter]), ...Object.values(entry.when ?? {})],
    numberedFrom,
  };
}

function queryTexts(
  table: TableRule,
  entry: ScopeTableRule,
  { by, limit, first }: { readonly by: string | undefined; readonly limit: number; readonly first: number },
): QueryTexts {
  const afterwards = by === undefined ? first : first + 1;
  const fixed = Object.keys(entry.when ?? {}).map(
    (column, at) => `d.${quote(column)} = $${afterwards + at}::${typeOf(table, column)}`,
  );
  const keysText = `SELECT d.${quote(table.key.column)}::text AS key`;
  const columns = `${keysText}, ${maskSql(table, entry.columns, 'd')} AS body`;
  const fromWhere = (given: string): string => {
    const conditions = by === undefined ? fixed : [...fixed, `d.${quote(by)} = ${given}::${typeOf(table, by)}`];
    const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
    return `FROM ${quoteTable(table)} d${where} LIMIT ${limit}`;
  };
  const manyText =
    `SELECT w.n::integer AS n, s.key, s.body FROM unnest($${first}::text[]) WITH ORDINALITY AS w (parameter, n) ` +
    `CROSS JOIN LATERAL (${columns} ${fromWhere('w.parameter')}) s LIMIT ${limit}`;
  return {
    text: `${columns} ${fromWhere(`$${first}`)}`,
    keysText: `${keysText} ${fromWhere(`$${first}`)}`,
    manyText: by === undefined ? undefined : manyText,
  };
}

function typeOf(table: TableRule, column: string): ColumnType {
  if (column === table.key.column) return table.key.type;
  const type = table.routing[column];
  if (type === undefined) throw new Error(`${table.name}.${column} is not a routing column`);
  return type;
}
