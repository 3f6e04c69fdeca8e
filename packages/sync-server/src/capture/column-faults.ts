import { masksOf, synchronisedColumns, type RuleSet, type TableRule } from '@elira/rules';
import type pg from 'pg';
import type { CaptureFault } from './capture-fault.ts';

type ColumnRow = { readonly name: string; readonly generated: string; readonly type: string; readonly unique: boolean };

/** Columns that are missing, or whose changes capture could not see. */
export async function columnFaults(
  client: pg.ClientBase | pg.Pool,
  oid: string,
  rules: RuleSet,
  table: TableRule,
): Promise<Omit<CaptureFault, 'table'>[]> {
  const { rows } = await client.query<ColumnRow>(
    `SELECT a.attname AS name, a.attgenerated::text AS generated, a.atttypid::regtype::text AS type,
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
  return [key, ...synchronisedColumns(rules, table)].flatMap((name): Omit<CaptureFault, 'table'>[] => {
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
    return [];
  });
}
