import { quoteTable, type TableRule } from '@elira/rules';
import type pg from 'pg';

/**
 * Begins a transaction whose one snapshot is taken after its tables are locked against TRUNCATE and rewrites. These are not
 * transactional: a snapshot older than a TRUNCATE finds the table empty all the same, and would show what has not happened yet.
 */
export async function beginLocked(client: pg.ClientBase, tables: readonly TableRule[]): Promise<void> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  if (tables.length > 0) await client.query(`LOCK TABLE ${tables.map(quoteTable).join(', ')} IN ACCESS SHARE MODE`);
}
