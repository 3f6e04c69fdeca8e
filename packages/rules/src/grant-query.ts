import { quote, quoteTable } from './column-mask.ts';
import type { ColumnType, GrantRule, RuleSet, TableRule } from './rule-set.ts';

/**
 * The statement that finds which scopes rows open for users. Parameter $1: ids of users, as text array. Rows `(user, table id, key,
 * scope name, audience, parameter)`, all text. Undefined when the rules have no grants. Each part is a lookup by the grant's user
 * column, which wants an index.
 */
export function grantQuery(rules: RuleSet): string | undefined {
  const parts = (rules.grants ?? []).map((grant) => partOf(rules, grant));
  return parts.length === 0 ? undefined : parts.join(' UNION ALL ');
}

function partOf(rules: RuleSet, grant: GrantRule): string {
  const table = rules.tables.find(({ name }) => name === grant.table);
  if (table === undefined) throw new Error(`table ${grant.table} is not in the rules`);
  const column = (name: string): string => `d.${quote(name)}`;
  const conditions = [
    `${column(grant.user)} = ANY ($1::${typeOf(table, grant.user)}[])`,
    `${column(grant.by)} IS NOT NULL`,
    ...Object.entries(grant.when ?? {}).map(([name, equals]) => `${column(name)} = ${literal(equals)}::${typeOf(table, name)}`),
  ];
  const row = [`${column(grant.user)}::text`, `'${table.id}'::text`, `${column(table.key.column)}::text`];
  const scope = [`${literal(grant.scope)}::text`, `${literal(grant.audience)}::text`, `${column(grant.by)}::text`];
  return `SELECT ${[...row, ...scope].join(', ')} FROM ${quoteTable(table)} d WHERE ${conditions.join(' AND ')}`;
}

function typeOf(table: TableRule, column: string): ColumnType {
  return column === table.key.column ? table.key.type : (table.routing[column] ?? 'text');
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
