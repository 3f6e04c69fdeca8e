import { quote, quoteTable } from './column-mask.ts';
import type { ColumnType, GrantRule, RuleSet, TableRule } from './rule-set.ts';

/** The statement that finds what rows open for users. */
export type GrantQuery = {
  /**
   * Parameter $1: ids of users, as text array. Rows `(user, table id, key, name, audience, parameter, at)`, the first one with `at`
   * (`pg_current_snapshot()`) alone. One statement, so one snapshot.
   */
  readonly text: string;
};

/** Reads the rules' grants. Each arm is a lookup by the grant's user column, which wants an index. */
export function grantQuery(rules: RuleSet): GrantQuery {
  const arms = (rules.grants ?? []).map((grant) => armOf(rules, grant));
  const head = 'SELECT NULL::text, NULL::integer, NULL::text, NULL::text, NULL::text, NULL::text, pg_current_snapshot()::text';
  return { text: [head, ...arms].join(' UNION ALL ') };
}

function armOf(rules: RuleSet, grant: GrantRule): string {
  const table = rules.tables.find(({ name }) => name === grant.table);
  if (table === undefined) throw new Error(`table ${grant.table} is not in the rules`);
  const column = (name: string): string => `d.${quote(name)}`;
  const conditions = [
    `${column(grant.user)} = ANY ($1::${typeOf(table, grant.user)}[])`,
    `${column(grant.by)} IS NOT NULL`,
    ...Object.entries(grant.when ?? {}).map(([name, equals]) => `${column(name)} = ${literal(equals)}::${typeOf(table, name)}`),
  ];
  const values = [`${column(grant.user)}::text`, String(table.id), `${column(table.key.column)}::text`];
  const scope = [literal(grant.scope), literal(grant.audience), `${column(grant.by)}::text`, 'NULL'];
  return `SELECT ${[...values, ...scope].join(', ')} FROM ${quoteTable(table)} d WHERE ${conditions.join(' AND ')}`;
}

function typeOf(table: TableRule, column: string): ColumnType {
  return column === table.key.column ? table.key.type : (table.routing[column] ?? 'text');
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
