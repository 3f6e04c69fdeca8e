import type { Random } from '@elira/testkit';
import type pg from 'pg';

/** Where a move is made: inside a transaction of this connection. */
export type MoveContext = { readonly sql: pg.Client; readonly random: Random };

/**
 * One thing that can happen to rows. `make` returns whether it really happened (an UPDATE that found no row moved nothing);
 * it is counted when its transaction has committed.
 */
export type Move = {
  readonly name: string;
  /** How often it is chosen, against the others. */
  readonly weight: number;
  /** It notifies, and so cannot be part of a prepared transaction. */
  readonly rings?: true;
  readonly make: (context: MoveContext) => Promise<boolean>;
};

/** Runs a statement; true when it touched a row. */
export async function touched(sql: pg.Client, text: string, values: readonly unknown[] = []): Promise<boolean> {
  const { rowCount } = await sql.query(text, [...values]);
  return (rowCount ?? 0) > 0;
}
