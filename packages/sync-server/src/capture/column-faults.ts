import { masksOf, synchronisedColumns, type ColumnType, type RuleSet, type TableRule } from '@elira/rules';
import type pg from 'pg';
import type { CaptureFault } from './capture-fault.ts';

type ColumnRow = {
  readonly name: string;
  readonly generated: string;
  readonly type: string;
  readonly unique: boolean;
  /** Number of the column: one that was dropped and added again has another. */
  readonly place: number;
};

/** PostgreSQL's types that compare with what the rules call a type. */
const COMPARABLE: Readonly<Record<ColumnType, readonly string[]>> = {
  uuid: ['uuid'],
  text: ['text', 'character varying', 'character', 'name'],
  integer: ['integer', 'smallint', 'bigint'],
  bigint: ['integer', 'smallint', 'bigint'],
  boolean: ['boolean'],
};

/** Columns that are missing, or whose changes capture could not see. */
export async function columnFaults(
  client: pg.ClientBase | pg.Pool,
  oid: string,
  rules: RuleSet,
  table: TableRule,
): Promise<{ readonly faults: readonly Omit<CaptureFault, 'table'>[]; readonly shape: string }> {
  const { rows } = await client.query<ColumnRow>(
    `SELECT a.attname AS name, a.attgenerated::text AS generated,
       (SELECT coalesce(nullif(t.typbasetype, 0), t.oid)::regtype::text FROM pg_type t WHERE t.oid = a.atttypid) AS type, a.attnum::integer AS place,
       EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
         AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum) AS unique
     FROM pg_attribute a WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped`,
    [oid],
  );
  const found = new Map(rows.map((row) => [row.name, row]));
  const key = table.key.column;
  const routing = new Set([key, ...Object.keys(table.routing)]);
  const masks = masksOf(rules).get(table.name)?.masks ?? [];
  const shown = new Set(masks.flat().map((column) => (typeof column === 'string' ? column : column.column)));
  const names = [key, ...synchronisedColumns(rules, table)];
  const faults = names.flatMap((name): Omit<CaptureFault, 'table'>[] => {
    const column = found.get(name);
    if (column === undefined) {
      return [{ fault: `column ${name} does not exist`, remedy: 'Migrate the database, or take the column out of the rules.' }];
    }
    if (column.generated === 'v' && (routing.has(name) || table.capture === 'full')) {
      const remedy = 'Make it STORED, or fill a plain column by a BEFORE trigger.';
      return [{ fault: `column ${name} is a virtual generated column, which triggers cannot read`, remedy }];
    }
    if (column.type === 'json' && shown.has(name)) {
      return [{ fault: `column ${name} is of type json, which may carry raw line ends`, remedy: 'Make it jsonb.' }];
    }
    if (name === key && !column.unique) {
      return [
        {
          fault: `the key ${name} has no unique index of its own`,
          remedy: 'Make it the primary key, or give it a unique index.',
        },
      ];
    }
    const wanted = name === key ? table.key.type : table.routing[name];
    if (wanted !== undefined && !COMPARABLE[wanted].includes(column.type)) {
      const remedy = `Make it ${wanted} again, or change the rules and apply what \`elira sync:sql\` prints.`;
      return [{ fault: `column ${name} is of type ${column.type}, where the rules say ${wanted}`, remedy }];
    }
    return [];
  });
  const shape = names.map((name) => `${name} ${found.get(name)?.place ?? 'none'} ${found.get(name)?.type ?? ''}`);
  return { faults, shape: [oid, ...shape].join('\n') };
}
