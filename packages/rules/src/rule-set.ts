/**
 * The language in which an application says what is synchronised and who may receive it.
 *
 * A table lists the columns that may travel and the columns that route a row; a scope lists, per table, which rows belong to it
 * and which columns its readers receive (the mask). Triggers, the read statement, snapshots and routing are readings of this one
 * description. It says nothing about users: the application maps a user to scope keys.
 */
export type ColumnType = 'uuid' | 'text' | 'integer' | 'bigint' | 'boolean';

export type TableRule = {
  /** Number of the table in the change index, 1 to 32767. Never reused for another table: old change rows carry it. */
  readonly id: number;
  readonly schema: string;
  readonly name: string;
  /** Primary key: one column. Its text form is the key on the wire. */
  readonly key: { readonly column: string; readonly type: Exclude<ColumnType, 'boolean'> };
  /** Columns that decide in which scopes a row is, with their types. The key need not be repeated. */
  readonly routing: Readonly<Record<string, ColumnType>>;
  /**
   * `full`: key and routing columns may change. `cheap`: they may not (a trigger holds that), and updates are captured without
   * reading the old rows. Use `cheap` for hot tables.
   */
  readonly capture: 'full' | 'cheap';
};

export type ScopeTableRule = {
  /** Name of a table of the rule set. */
  readonly table: string;
  /** Columns the scope's readers receive; on the wire in camelCase. The key always travels. */
  readonly columns: readonly ColumnRule[];
  /** Key or routing column whose text form is the scope's parameter. Present exactly when the scope has one. */
  readonly by?: string;
  /** Routing columns that must have these text forms for the row to be in the scope. */
  readonly when?: Readonly<Record<string, string>>;
};

/** A column by its SQL name; `asText` renders it as a JSON string (for bigint and numeric, which JSON numbers cannot hold). */
export type ColumnRule = string | { readonly column: string; readonly asText: true };

export type ScopeRule = {
  /** E.g. `courses` or `content`. */
  readonly name: string;
  /** Who reads it, e.g. `admin` or `learner`: the last part of the scope key. */
  readonly audience: string;
  readonly tables: readonly ScopeTableRule[];
};

/** Membership as data: while a row of `table` is there (and `when` holds), its user holds a scope. */
export type GrantRule = {
  /** Name of a table of the rule set. */
  readonly table: string;
  /** Key or routing column with the user's id. */
  readonly user: string;
  /** Name and audience of the scope that is opened, which must have a parameter. */
  readonly scope: string;
  readonly audience: string;
  /** Key or routing column with the scope's parameter. */
  readonly by: string;
  /** Routing columns that must have these text forms for the row to count. */
  readonly when?: Readonly<Record<string, string>>;
};

export type RuleSet = {
  readonly tables: readonly TableRule[];
  readonly scopes: readonly ScopeRule[];
  /** How rows open scopes for users. None: scopes are only what the application names for a viewer. */
  readonly grants?: readonly GrantRule[];
  /**
   * Tables whose rows a viewer may rest on, e.g. users and sessions. A stream that rests on a row ends when the row goes, or when
   * its key or a routing column changes.
   */
  readonly identities?: readonly string[];
};

const IDENTIFIER = /^[a-z_][a-z0-9_]{0,62}$/;
const SCOPE_WORD = /^[a-z][a-z0-9-]{0,62}$/;
const HIGHEST_TABLE_ID = 32_767;

/** Returns the rules as given, after checking that they are complete and do not contradict each other. */
export function defineRules(rules: RuleSet): RuleSet {
  const tables = new Map(rules.tables.map((table) => [table.name, table]));
  if (tables.size !== rules.tables.length) throw new Error('two tables of the rules have the same name');
  if (new Set(rules.tables.map((table) => table.id)).size !== rules.tables.length)
    throw new Error('two tables of the rules have the same id');
  rules.tables.forEach(checkTable);
  const seen = new Set<string>();
  for (const scope of rules.scopes) {
    const label = `${scope.name}/${scope.audience}`;
    if (!SCOPE_WORD.test(scope.name) || !SCOPE_WORD.test(scope.audience))
      throw new Error(`scope ${label}: name and audience are lower-case words`);
    if (seen.has(label)) throw new Error(`scope ${label} is declared twice`);
    seen.add(label);
    checkScope(scope, label, tables);
  }
  rules.grants?.forEach((grant) => checkGrant(grant, rules, tables));
  const stranger = rules.identities?.find((name) => !tables.has(name));
  if (stranger !== undefined) throw new Error(`identities: table ${stranger} is not in the rules`);
  return rules;
}

/** Whether the scopes of this rule carry a parameter (`content:<course>`). */
export function isParameterised(scope: ScopeRule): boolean {
  return scope.tables.some((entry) => entry.by !== undefined);
}

/** SQL name of a column rule. */
export function columnName(column: ColumnRule): string {
  return typeof column === 'string' ? column : column.column;
}

function checkTable(table: TableRule): void {
  const names = [table.schema, table.name, table.key.column, ...Object.keys(table.routing)];
  const wrong = names.find((name) => !IDENTIFIER.test(name));
  if (wrong !== undefined) throw new Error(`table ${table.name}: "${wrong}" is not a plain lower-case SQL name`);
  if (!Number.isInteger(table.id) || table.id < 1 || table.id > HIGHEST_TABLE_ID)
    throw new Error(`table ${table.name}: id must be 1 to ${HIGHEST_TABLE_ID}`);
  if (table.key.column in table.routing)
    throw new Error(`table ${table.name}: the key routes by itself, leave it out of routing`);
}

function checkScope(scope: ScopeRule, label: string, tables: ReadonlyMap<string, TableRule>): void {
  if (scope.tables.length === 0) throw new Error(`scope ${label} holds no table`);
  const parameterised = isParameterised(scope);
  const names = new Set<string>();
  for (const entry of scope.tables) {
    const table = tables.get(entry.table);
    if (table === undefined) throw new Error(`scope ${label}: table ${entry.table} is not in the rules`);
    if (names.has(entry.table)) throw new Error(`scope ${label}: table ${entry.table} is listed twice`);
    names.add(entry.table);
    if (parameterised !== (entry.by !== undefined)) throw new Error(`scope ${label}: every table needs "by", or none`);
    checkRoutes(table, [...(entry.by === undefined ? [] : [entry.by]), ...Object.keys(entry.when ?? {})], `scope ${label}`);
    const columns = entry.columns.map(columnName);
    if (new Set(columns).size !== columns.length) throw new Error(`scope ${label}: a column of ${entry.table} is listed twice`);
    const wrong = columns.find((column) => !IDENTIFIER.test(column));
    if (wrong !== undefined) throw new Error(`scope ${label}: "${wrong}" is not a plain lower-case SQL name`);
  }
}

function checkGrant(grant: GrantRule, rules: RuleSet, tables: ReadonlyMap<string, TableRule>): void {
  const label = `grant of ${grant.scope}/${grant.audience} by ${grant.table}`;
  const table = tables.get(grant.table);
  if (table === undefined) throw new Error(`${label}: the table is not in the rules`);
  const opened = rules.scopes.find(({ name, audience }) => name === grant.scope && audience === grant.audience);
  if (opened === undefined) throw new Error(`${label}: there is no such scope`);
  if (!isParameterised(opened)) throw new Error(`${label}: the scope has no parameter`);
  checkRoutes(table, [grant.user, grant.by, ...Object.keys(grant.when ?? {})], label);
}

function checkRoutes(table: TableRule, columns: readonly string[], label: string): void {
  const wrong = columns.find((column) => column !== table.key.column && !(column in table.routing));
  if (wrong !== undefined) throw new Error(`${label}: ${table.name}.${wrong} is neither key nor routing column`);
}
