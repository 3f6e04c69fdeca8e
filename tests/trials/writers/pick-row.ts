import type { Random } from '@elira/testkit';
import type pg from 'pg';
import type { MoveContext } from './move.ts';

/** One of the rows that a query finds, chosen by the seed. */
export async function pickRow<R extends pg.QueryResultRow>(
  { sql, random }: { readonly sql: pg.Client; readonly random: Random },
  query: string,
  values: readonly unknown[] = [],
): Promise<R | undefined> {
  const { rows } = await sql.query<R>(
    `SELECT found.* FROM (${query}) found ORDER BY md5(found::text || $${values.length + 1}) LIMIT 1`,
    [...values, random.hex(8)],
  );
  return rows[0];
}

/** Runs statements as the application does for a person: under row-level security, with their id. */
export async function asPerson<T>({ sql }: Pick<MoveContext, 'sql'>, user: string, work: () => Promise<T>): Promise<T> {
  await sql.query(`SELECT set_config('elira.user_id', $1, true)`, [user]);
  await sql.query('SET LOCAL ROLE elira_app');
  // What fails aborts the transaction, and the role goes with it.
  const result = await work();
  await sql.query('SET LOCAL ROLE NONE');
  await sql.query(`SELECT set_config('elira.user_id', '', true)`);
  return result;
}
