import { type RuleSet } from '@elira/rules';
import type pg from 'pg';
import type { CaptureFault } from './capture-fault.ts';
import { captureOf } from './capture-sql.ts';
import { columnFaults } from './column-faults.ts';
import { tableFaults } from './table-faults.ts';
import { triggerFaults } from './trigger-faults.ts';

export type { CaptureFault };

/**
 * Compares the catalogue with what the rules need. An empty answer means: every change of every synchronised table is captured. `onShape` is
 * told of each table what its synchronised columns are: where that changes, rows read otherwise than before though nobody wrote them.
 */
export async function verifyCapture(
  client: pg.ClientBase | pg.Pool,
  rules: RuleSet,
  onShape: (table: string, shape: string) => void = () => undefined,
): Promise<CaptureFault[]> {
  const shift = await client.query<{ shift: number }>('SELECT s.bucket_shift AS shift FROM sync.state s');
  const faults: CaptureFault[] = [];
  for (const table of rules.tables) {
    const name = `${table.schema}.${table.name}`;
    const { rows } = await client.query<{ oid: string }>(
      `SELECT c.oid::text AS oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2`,
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
    const columns = await columnFaults(client, relation.oid, rules, table);
    onShape(name, columns.shape);
    const found = [
      ...(await tableFaults(client, relation.oid, table)),
      ...(await triggerFaults(client, relation.oid, captureOf(rules, table, shift.rows[0]?.shift))),
      ...columns.faults,
    ];
    faults.push(...found.map((fault) => ({ table: name, ...fault })));
  }
  return faults;
}
