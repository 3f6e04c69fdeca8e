import type pg from 'pg';

/** A table as one viewer may see it: per key, per column (camelCase) the JSON text of its value. */
export type Rows = ReadonlyMap<string, Readonly<Record<string, string>>>;

export type Audience = 'anonymous' | 'operator';

/** Column lists of the oracle's own: it judges the rules, so it must not read them. */
const PUBLISHED = ['id', 'title', 'description', 'access', 'outline', 'version', 'published_at', 'last_modified'];
const WORKING = [
  'id',
  'title',
  'description',
  'access',
  'is_draft',
  'is_published',
  'published_at',
  'last_modified',
  'modified_by',
  'version',
  'previous_version',
];

const VISIBLE: Readonly<Record<Audience, Readonly<Record<string, readonly string[]>>>> = {
  anonymous: { published_courses: PUBLISHED },
  operator: { courses: WORKING, published_courses: PUBLISHED },
};

const TABLES = ['courses', 'published_courses'];

/** What SELECT returns for `audience` under row-level security, in one snapshot. */
export async function selectAll(client: pg.Client, audience: Audience): Promise<Map<string, Rows>> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL ROLE elira_app; SET LOCAL timezone = UTC');
  try {
    if (audience === 'operator') await client.query("SET LOCAL elira.operator = 'on'");
    const tables = new Map<string, Rows>();
    for (const table of TABLES) {
      const columns = VISIBLE[audience][table];
      if (columns === undefined) {
        // May be asked, and must answer with nothing.
        const { rowCount } = await client.query(`SELECT FROM ${table}`);
        if (rowCount !== 0) throw new Error(`${audience} can select ${rowCount} rows of ${table}`);
        tables.set(table, new Map());
        continue;
      }
      tables.set(table, await selectTable(client, table, columns));
    }
    return tables;
  } finally {
    await client.query('ROLLBACK');
  }
}

async function selectTable(client: pg.Client, table: string, columns: readonly string[]): Promise<Rows> {
  const values = columns.map((column) => `coalesce(to_json(${column})::text, 'null')`);
  const { rows } = await client.query<{ key: string; cells: string[] }>(
    `SELECT id::text AS key, ARRAY[${values.join(', ')}] AS cells FROM ${table}`,
  );
  return new Map(
    rows.map(({ key, cells }) => [
      key,
      Object.fromEntries(columns.map((column, index) => [camelCase(column), canonical(JSON.parse(cells[index] ?? ''))])),
    ]),
  );
}

/** A store's table in the oracle's terms. */
export function asRows(rows: ReadonlyMap<string, object>): Rows {
  return new Map(
    [...rows].map(([key, row]) => [
      key,
      Object.fromEntries(Object.entries(row).map(([column, value]) => [column, canonical(value)])),
    ]),
  );
}

/** Where two tables differ, in words, without quoting whole texts; empty when they are equal byte for byte. */
export function differences(expected: Rows, actual: Rows): string[] {
  const found: string[] = [];
  for (const key of new Set([...expected.keys(), ...actual.keys()])) {
    const [want, have] = [expected.get(key), actual.get(key)];
    if (want === undefined || have === undefined) {
      found.push(`${key}: ${want === undefined ? 'held and not selected' : 'selected and not held'}`);
      continue;
    }
    for (const column of new Set([...Object.keys(want), ...Object.keys(have)])) {
      const [a, b] = [want[column], have[column]];
      if (a === undefined || b === undefined || !Buffer.from(a).equals(Buffer.from(b)))
        found.push(`${key}.${column}: ${shown(a)} selected, ${shown(b)} held`);
    }
  }
  return found;
}

function shown(text: string | undefined): string {
  return text === undefined ? 'nothing' : `${text.slice(0, 60)} (${text.length} characters)`;
}

/** JSON text with the keys of objects sorted, since jsonb does not keep their order either. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`;
}

function camelCase(column: string): string {
  return column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
