import { masksOf, type RuleSet } from '@elira/rules';
import type pg from 'pg';
import { captureOf, type TableCapture } from './capture-sql.ts';

/** Something that would let a change go by unnoticed, and what to do about it. Names tables and triggers only. */
export type CaptureFault = { readonly table: string; readonly fault: string; readonly remedy: string };

type TriggerRow = {
  readonly relation: string;
  readonly trigger: string;
  readonly enabled: string;
  readonly function: string;
  readonly source: string;
};

const MIGRATE = 'Apply what `elira sync:sql` prints.';

/** Compares the catalogue with what the rules need. An empty answer means: every change of every synchronised table is captured. */
export async function verifyCapture(client: pg.ClientBase | pg.Pool, rules: RuleSet): Promise<CaptureFault[]> {
  const shift = await client.query<{ shift: number }>('SELECT s.bucket_shift AS shift FROM sync.state s');
  const triggers = await client.query<TriggerRow>(
    `SELECT t.tgrelid::regclass::oid::text AS relation, t.tgname AS trigger, t.tgenabled::text AS enabled, p.proname AS function, p.prosrc AS source
     FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname = 'sync' AND NOT t.tgisinternal`,
  );
  const faults: CaptureFault[] = [];
  for (const table of rules.tables) {
    const expected = captureOf(rules, table, shift.rows[0]?.shift);
    const name = `${table.schema}.${table.name}`;
    const { rows } = await client.query<{ oid: string; kind: string; number: number | null }>(
      `SELECT c.oid::text AS oid, c.relkind::text AS kind, k.table_id AS number FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN sync.captured_table k ON k.relation = c.oid WHERE n.nspname = $1 AND c.relname = $2`,
      [table.schema, table.name],
    );
    const [relation] = rows;
    if (relation === undefined) {
      faults.push({
        table: name,
        fault: 'the table does not exist',
        remedy: 'Migrate the database, or take the table out of the rules.',
      });
      continue;
    }
    if (relation.kind !== 'r')
      faults.push({
        table: name,
        fault: 'it is not an ordinary table',
        remedy: 'Synchronise its leaves or a plain table: triggers with transition tables need one.',
      });
    if (relation.number !== table.id)
      faults.push({
        table: name,
        fault: `the database knows it by another number (${relation.number ?? 'none'})`,
        remedy: MIGRATE,
      });
    faults.push(
      ...triggerFaults(
        name,
        expected,
        triggers.rows.filter((row) => row.relation === relation.oid),
      ),
    );
    faults.push(...(await columnFaults(client, name, relation.oid, rules, table.name)));
    faults.push(...(await replicationFaults(client, name, relation.oid)));
  }
  return faults;
}

function triggerFaults(table: string, expected: TableCapture, found: readonly TriggerRow[]): CaptureFault[] {
  return expected.triggers.flatMap(({ name, function: functionName }): CaptureFault[] => {
    const row = found.find((candidate) => candidate.trigger === name);
    if (row === undefined) return [{ table, fault: `trigger ${name} is missing`, remedy: MIGRATE }];
    if (row.enabled !== 'A')
      return [
        {
          table,
          fault: `trigger ${name} is not enabled ALWAYS`,
          remedy: `ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${name};`,
        },
      ];
    const body = expected.functions.find((candidate) => candidate.name === functionName)?.body;
    if (row.function !== functionName || (body !== undefined && row.source !== body)) {
      return [{ table, fault: `trigger ${name} runs another function than the rules need`, remedy: MIGRATE }];
    }
    return [];
  });
}

async function columnFaults(
  client: pg.ClientBase | pg.Pool,
  table: string,
  oid: string,
  rules: RuleSet,
  name: string,
): Promise<CaptureFault[]> {
  const entry = masksOf(rules).get(name);
  if (entry === undefined) return [];
  const columns = new Set([entry.table.key.column, ...Object.keys(entry.table.routing)]);
  const synchronised = new Set(entry.masks.flat().map((column) => (typeof column === 'string' ? column : column.column)));
  const { rows } = await client.query<{ name: string; generated: string; type: string }>(
    'SELECT a.attname AS name, a.attgenerated::text AS generated, a.atttypid::regtype::text AS type FROM pg_attribute a WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped',
    [oid],
  );
  const byName = new Map(rows.map((row) => [row.name, row.generated]));
  const missing = [...new Set([...columns, ...synchronised])].filter((column) => !byName.has(column));
  const json = rows.filter((row) => row.type === 'json' && synchronised.has(row.name)).map((row) => row.name);
  const virtual = [...columns].filter((column) => byName.get(column) === 'v');
  return [
    ...missing.map((column) => ({
      table,
      fault: `column ${column} does not exist`,
      remedy: 'Migrate the database, or take the column out of the rules.',
    })),
    ...json.map((column) => ({
      table,
      fault: `column ${column} is of type json, which cannot be compared and may carry raw line ends`,
      remedy: 'Make it jsonb.',
    })),
    ...virtual.map((column) => ({
      table,
      fault: `routing column ${column} is a virtual generated column, which triggers see as NULL`,
      remedy: 'Make it STORED, or fill a plain column by a BEFORE trigger.',
    })),
  ];
}

async function replicationFaults(client: pg.ClientBase | pg.Pool, table: string, oid: string): Promise<CaptureFault[]> {
  const { rows } = await client.query('SELECT FROM pg_subscription_rel s WHERE s.srrelid = $1::oid', [oid]);
  if (rows.length === 0) return [];
  return [
    {
      table,
      fault: 'it is fed by logical replication, which fires no statement triggers',
      remedy: 'Write to it through SQL on this database, or take it out of the rules.',
    },
  ];
}
