import type { ClientConfig } from 'pg';
import type pg from 'pg';
import type { ScopeKey } from '@elira/protocol';
import {
  camelCase,
  columnName,
  grantQuery,
  makeScopeRouter,
  parseScopeKey,
  quote,
  quoteTable,
  type TableRule,
} from '@elira/rules';
import { beginAs } from '../database/app-pool.ts';
import { asRole, errorCode, withClient } from '../database/connection.ts';
import { getSyncScope, rules } from '../rules.ts';
import type { Role, Viewer } from '../viewer.ts';

/** Somebody, as the database knows them. */
export type Subject = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly banned: boolean;
  /** Sessions that are not over. */
  readonly sessions: number;
};

/** One scope that the row is in. */
export type ScopeOfRow = {
  readonly scope: ScopeKey;
  /** Columns that its readers receive, by their names on the wire. */
  readonly columns: readonly string[];
  /** Why this person holds it; undefined: they do not. */
  readonly heldBy: string | undefined;
  /** What would open it. */
  readonly opens: string;
};

export type Explanation = {
  readonly person: Subject;
  readonly table: string;
  readonly key: string;
  readonly exists: boolean;
  /** What decides who receives the row, by column. */
  readonly routing: Readonly<Record<string, string | null>>;
  readonly scopes: readonly ScopeOfRow[];
  /** What a SELECT as this person finds; undefined: PostgreSQL does not let them ask. */
  readonly selected: boolean | undefined;
  readonly has: boolean;
  /** Columns of the table that this person does not receive. */
  readonly masked: readonly string[];
  readonly notes: readonly string[];
};

/** Why somebody does or does not have a row. The table is one of the rules'. */
export async function explainRow(
  connection: ClientConfig,
  { person, table, key }: { readonly person: Subject; readonly table: TableRule; readonly key: string },
): Promise<Explanation> {
  const { tuple, columns, granted, twin } = await withClient(asRole(connection, 'elira_owner'), async (client) => ({
    tuple: await routingOf(client, table, key),
    columns: await columnsOf(client, table),
    granted: await grantsOf(client, person.id),
    twin: await twinOf(client, table, key),
  }));
  const names = Object.keys(table.routing);
  const fixed = new Set<string>(getSyncScope(viewerOf(person)));
  const memberships = tuple === undefined ? [] : makeScopeRouter(rules).scopesOf(table.id, key, tuple);
  const scopes = memberships.map(({ scope }): ScopeOfRow => {
    const byRow = granted.get(scope);
    const heldBy = fixed.has(scope) ? byWho(scope, person) : byRow;
    return { scope, columns: columnsIn(scope, table), heldBy, opens: whatOpens(scope) };
  });
  const held = scopes.filter(({ heldBy }) => heldBy !== undefined);
  const received = new Set([camelCase(table.key.column), ...held.flatMap((scope) => scope.columns)]);
  const selected = await selects(connection, person, table, key);
  const has = held.length > 0 && !person.banned;
  return {
    person,
    table: table.name,
    key,
    exists: tuple !== undefined,
    routing: Object.fromEntries(names.map((name, index) => [name, tuple?.[index] ?? null])),
    scopes,
    selected,
    has,
    masked: has ? columns.filter((name) => !received.has(camelCase(name))) : [],
    notes: notesOf({ person, table, has, selected, exists: tuple !== undefined, twin }),
  };
}

/** Undefined where there is nobody of this id or address. */
export async function findSubject(connection: ClientConfig, idOrEmail: string): Promise<Subject | undefined> {
  return await withClient(asRole(connection, 'elira_owner'), async (client) => {
    const { rows } = await client.query<Subject>(
      `SELECT u.id, u.name, u.email, u.role, u.banned AND (u.ban_expires IS NULL OR u.ban_expires > now()) AS banned,
         (SELECT count(*)::integer FROM sessions s WHERE s.user_id = u.id AND s.expires_at > now()) AS sessions
       FROM users u WHERE u.id = $1 OR lower(u.email) = lower($1) ORDER BY u.id = $1 DESC LIMIT 1`,
      [idOrEmail],
    );
    return rows[0];
  });
}

function viewerOf({ id, role }: Subject): Viewer {
  return { kind: 'user', id, sessionId: '', role };
}

async function routingOf(client: pg.ClientBase, table: TableRule, key: string): Promise<(string | null)[] | undefined> {
  const tuple = Object.keys(table.routing).map((name) => `d.${quote(name)}::text`);
  // A key that is no UUID is the key of no row, and no fault.
  const text = `SELECT ARRAY[${tuple.join(', ')}]::text[] AS tuple FROM ${quoteTable(table)} d WHERE d.${quote(table.key.column)}::text = $1`;
  const { rows } = await client.query<{ tuple: (string | null)[] }>(text, [key]);
  return rows[0]?.tuple;
}

async function columnsOf(client: pg.ClientBase, table: TableRule): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT a.attname AS name FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum',
    [quoteTable(table)],
  );
  return rows.map(({ name }) => name);
}

/** Each scope that rows open for them, with the row that does. */
async function grantsOf(client: pg.ClientBase, userId: string): Promise<Map<string, string>> {
  const text = grantQuery(rules);
  if (text === undefined) return new Map();
  type Row = readonly [user: string, tableId: string, key: string, scope: string, audience: string, parameter: string];
  const { rows } = await client.query<string[]>({ text, values: [[userId]], rowMode: 'array' });
  return new Map(
    (rows as unknown as readonly Row[]).map(([, tableId, key, scope, audience, parameter]) => {
      const table = rules.tables.find(({ id }) => String(id) === tableId)?.name ?? 'a table';
      return [`${scope}:${parameter}/${audience}`, `the row ${key} of ${table}`];
    }),
  );
}

/** The table that holds the other side of a row, its working or its published one, and whether that is there. */
async function twinOf(
  client: pg.ClientBase,
  table: TableRule,
  key: string,
): Promise<{ readonly name: string; readonly there: boolean } | undefined> {
  const other = table.name.startsWith('published_') ? table.name.slice('published_'.length) : `published_${table.name}`;
  const twin = rules.tables.find(({ name }) => name === other);
  return twin === undefined ? undefined : { name: other, there: (await routingOf(client, twin, key)) !== undefined };
}

/** Undefined where the role of the application may not read the table at all. */
async function selects(connection: ClientConfig, person: Subject, table: TableRule, key: string): Promise<boolean | undefined> {
  return await withClient(asRole(connection, 'elira_app'), async (client) => {
    try {
      await client.query(beginAs(viewerOf(person)));
      const column = quote(table.key.column);
      const { rowCount } = await client.query(`SELECT ${column} FROM ${quoteTable(table)} WHERE ${column}::text = $1`, [key]);
      await client.query('ROLLBACK');
      return rowCount === 1;
    } catch (error) {
      if (errorCode(error) === '42501') return undefined;
      throw error;
    }
  });
}

function columnsIn(scope: ScopeKey, table: TableRule): string[] {
  const entry = parseScopeKey(rules, scope)?.rule.tables.find((one) => one.table === table.name);
  return (entry?.columns ?? []).map((column) => camelCase(columnName(column)));
}

function byWho(scope: string, { role, id }: Subject): string {
  if (scope.endsWith('/admin')) return `being an administrator (role ${role})`;
  return scope.includes(`:${id}/`) ? 'being this person' : 'being signed in';
}

/** In words, what would let somebody hold a scope. */
function whatOpens(scope: ScopeKey): string {
  const { rule, parameter = '' } = parseScopeKey(rules, scope) ?? {};
  const grants = (rules.grants ?? []).filter((grant) => grant.scope === rule?.name && grant.audience === rule.audience);
  if (grants.length > 0)
    return grants.map(({ table, user, by }) => `a row of ${table} with their ${user} and ${by} ${parameter}`).join(', or ');
  if (rule?.audience === 'admin') return 'being an administrator';
  return parameter === '' ? 'being signed in' : `being the person ${parameter}`;
}

function notesOf({
  person,
  table,
  has,
  selected,
  exists,
  twin,
}: {
  readonly person: Subject;
  readonly table: TableRule;
  readonly has: boolean;
  readonly selected: boolean | undefined;
  readonly exists: boolean;
  readonly twin: { readonly name: string; readonly there: boolean } | undefined;
}): string[] {
  const notes: string[] = [];
  if (person.banned) notes.push('This account is banned: it has no sessions and receives nothing.');
  else if (person.sessions === 0)
    notes.push('They have no session at the moment: nothing is streamed to them until they sign in.');
  if (!exists && twin?.there === true)
    notes.push(
      table.name.startsWith('published_')
        ? `There is a working row of this id in ${twin.name}: it is not published, or is a draft.`
        : `There is a row of this id in ${twin.name}.`,
    );
  if (exists && !has && twin !== undefined && twin.name.startsWith('published_'))
    notes.push(
      `This is the working row, which authors and administrators receive. Learners receive that of ${twin.name}, which is ${twin.there ? '' : 'not '}there.`,
    );
  if (selected !== undefined && selected !== has && !person.banned)
    notes.push('The rules and row-level security do not agree about this row. That is a fault of Elira: please report it.');
  return notes;
}
