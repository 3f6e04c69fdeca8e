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
export type ScopeQuery = {
  readonly table: string;
  /** Index of the scope's mask in `masksOf`. */
  readonly mask: number;
  /** Rows `(key text, body text)`. */
  readonly text: string;
  /** Rows `(key text)` alone, for when a body cannot be rendered. */
  readonly keysText: string;
  readonly values: readonly string[];
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
  const values: string[] = [];
  const conditions = Object.entries(entry.when ?? {}).map(([column, equals]) => {
    values.push(equals);
    return `d.${quote(column)} = $${values.length}::${typeOf(table, column)}`;
  });
  if (entry.by !== undefined && parameter !== undefined) {
    values.push(parameter);
    conditions.push(`d.${quote(entry.by)} = $${values.length}::${typeOf(table, entry.by)}`);
  }
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const from = `FROM ${quoteTable(table)} d${where} LIMIT ${limit}`;
  const keysText = `SELECT d.${quote(table.key.column)}::text AS key`;
  const text = `${keysText}, ${maskSql(table, entry.columns, 'd')} AS body ${from}`;
  return { table: table.name, text, keysText: `${keysText} ${from}`, values };
}

function typeOf(table: TableRule, column: string): ColumnType {
  if (column === table.key.column) return table.key.type;
  const type = table.routing[column];
  if (type === undefined) throw new Error(`${table.name}.${column} is not a routing column`);
  return type;
}
