import type { TableRule } from '@elira/rules';
import type pg from 'pg';
import type { CaptureFault } from './capture-fault.ts';

type TableRow = {
  readonly kind: string;
  readonly leaf: boolean;
  readonly parent: boolean;
  readonly number: number | null;
  readonly fed: boolean;
};

/** What makes a table one whose changes its own statement triggers do not see. */
export async function tableFaults(
  client: pg.ClientBase | pg.Pool,
  oid: string,
  table: TableRule,
): Promise<Omit<CaptureFault, 'table'>[]> {
  const { rows } = await client.query<TableRow>(
    `SELECT c.relkind::text AS kind, c.relispartition OR EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid) AS leaf,
       EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid) AS parent, k.table_id AS number,
       EXISTS (SELECT FROM pg_subscription_rel s WHERE s.srrelid = c.oid) AS fed
     FROM pg_class c LEFT JOIN sync.captured_table k ON k.relation = c.oid WHERE c.oid = $1::oid`,
    [oid],
  );
  const [row] = rows;
  if (row === undefined) return [];
  const faults: Omit<CaptureFault, 'table'>[] = [];
  if (row.kind !== 'r')
    faults.push({
      fault: 'it is not an ordinary table',
      remedy: 'Synchronise a plain table: triggers with transition tables need one.',
    });
  if (row.kind === 'r' && (row.leaf || row.parent))
    faults.push({
      fault: row.leaf
        ? 'it is written through its parent, which fires none of its triggers'
        : 'its heirs are written without its triggers',
      remedy: 'Synchronise a plain table, without partitions or inheritance.',
    });
  if (row.number !== table.id)
    faults.push({
      fault: `the database knows it by another number (${row.number ?? 'none'})`,
      remedy: 'Apply what `elira sync:sql` prints.',
    });
  if (row.fed)
    faults.push({
      fault: 'it is fed by logical replication, which fires no statement triggers',
      remedy: 'Write to it through SQL on this database, or take it out of the rules.',
    });
  return faults;
}
