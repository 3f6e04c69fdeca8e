import type pg from 'pg';
import type { NamedThing } from './read-names.ts';

/** What is wrong with it; nothing is a pass. */
export type SchemaCheck = (thing: NamedThing, sql: pg.Client) => Promise<readonly string[]>;

type Column = {
  type: string;
  default: string | null;
  required: boolean;
  primary: boolean;
  refers: readonly string[] | null;
};

const COLUMN = `
  SELECT format_type(a.atttypid, a.atttypmod) AS type, pg_get_expr(d.adbin, d.adrelid) AS default, a.attnotnull AS required,
    EXISTS (SELECT FROM pg_constraint c WHERE c.conrelid = a.attrelid AND c.contype = 'p' AND c.conkey = ARRAY[a.attnum]) AS primary,
    ARRAY(SELECT c.confrelid::regclass::text FROM pg_constraint c
      WHERE c.conrelid = a.attrelid AND c.contype = 'f' AND c.conkey = ARRAY[a.attnum]) AS refers
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = to_regclass($1) AND a.attname = $2 AND NOT a.attisdropped AND a.attnum > 0`;

const TYPES: Readonly<Record<string, string>> = { serial: 'integer', timestamp: 'timestamp without time zone' };

/** Of a column: is it there under that name, of the type, with the default and the references that the mission gives it? */
export const checkColumn: SchemaCheck = async (thing, sql) => {
  const [table = '', name = ''] = thing.name.split('.');
  const [column] = (await sql.query<Column>(COLUMN, [table, name])).rows;
  if (column === undefined) return [`there is no column ${thing.name}`];
  const deviations = [
    ...(thing.name === snakeCase(thing.asked) ? [] : [`is called ${thing.name}`]),
    ...deviationsOf(thing.askedMore, column),
  ];
  return thing.decision === undefined ? deviations : [];
};

/** Where a column differs from a declaration of the mission. Pure. */
export function deviationsOf(asked: string, column: Column): string[] {
  const [, said = ''] = /^(\w+(?:\(\d+\))?)/.exec(asked) ?? [];
  const type = (TYPES[said] ?? said).replace('varchar', 'character varying');
  const [, byDefault] = /DEFAULT (\S+)/i.exec(asked) ?? [];
  const [, refers] = /REFERENCES (\w+)/i.exec(asked) ?? [];
  const actual = column.default?.replace(/::[\w ]+$/, '').toLowerCase();
  return [
    ...(said === '' || type === column.type ? [] : [`is of type ${column.type} instead of ${type}`]),
    ...(byDefault === undefined || byDefault.toLowerCase() === actual
      ? []
      : [`is ${actual ?? 'empty'} by default instead of ${byDefault}`]),
    ...(refers === undefined || column.refers?.includes(refers) === true ? [] : [`does not refer to ${refers}`]),
    ...(!/NOT NULL/i.test(asked) || column.required ? [] : ['may be NULL']),
    ...(!/PRIMARY KEY/i.test(asked) || column.primary ? [] : ['is not the key']),
  ];
}

export const checkTable: SchemaCheck = async ({ name }, sql) => {
  const { rowCount } = await sql.query("SELECT FROM pg_class WHERE oid = to_regclass($1) AND relkind IN ('r', 'p')", [name]);
  return rowCount === 1 ? [] : [`there is no table ${name}`];
};

export const checkIndex: SchemaCheck = async ({ name, askedMore }, sql) => {
  const { rows } = await sql.query<{ is: string }>('SELECT indexdef AS is FROM pg_indexes WHERE indexname = $1', [name]);
  const [index] = rows;
  if (index === undefined) return [`there is no index ${name}`];
  return index.is.replaceAll('"', '').includes(snakeCase(askedMore)) ? [] : [`is ${index.is}`];
};

export const checkTrigger: SchemaCheck = async ({ name }, sql) => {
  const { rowCount } = await sql.query("SELECT FROM pg_trigger WHERE tgname = $1 AND tgenabled IN ('O', 'A')", [name]);
  return (rowCount ?? 0) > 0 ? [] : [`there is no trigger ${name} that fires`];
};

export const checkSqlFunction: SchemaCheck = async ({ name }, sql) => {
  const { rowCount } = await sql.query(
    "SELECT FROM pg_proc p WHERE p.proname = $1 AND p.pronamespace = 'public'::regnamespace AND EXISTS (SELECT FROM pg_trigger t WHERE t.tgfoid = p.oid)",
    [name.replace('()', '')],
  );
  return (rowCount ?? 0) > 0 ? [] : [`no trigger calls a function ${name}`];
};

/** Runs a statement of the mission, each on one row that is there, and takes it back. */
export const checkStatement: SchemaCheck = async ({ name }, sql) => {
  await sql.query('BEGIN');
  try {
    const wrong: string[] = [];
    for (const statement of name.split(';').map((part) => part.trim())) {
      const { rowCount } = await sql.query(statement);
      if ((rowCount ?? 0) === 0) wrong.push(`touched nothing: ${statement}`);
    }
    return wrong;
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  } finally {
    await sql.query('ROLLBACK');
  }
};

function snakeCase(name: string): string {
  return name.replaceAll(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before}_${after.toLowerCase()}`);
}
