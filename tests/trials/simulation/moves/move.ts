import type { Random } from '@elira/testkit';
import type { ModelTransaction } from '../database/model-transaction.ts';
import type { Row } from '../database/model-row.ts';

export type MoveContext = {
  readonly transaction: ModelTransaction;
  readonly random: Random;
  /** A number that was never given before. */
  readonly fresh: () => number;
};

/** Something a writer does within a transaction. Does nothing where what it needs is not there, or somebody else holds it. */
export type Move = { readonly name: string; readonly weight: number; readonly make: (context: MoveContext) => void };

/** A key of a row that is there and that nobody else has written; undefined: there is none. */
export function pickKey(
  { transaction, random }: MoveContext,
  table: string,
  fits: (row: Row) => boolean = () => true,
): string | undefined {
  const keys = transaction.keys(table).filter((key) => {
    const row = transaction.row(table, key);
    return transaction.isFree(table, key) && row !== undefined && fits(row);
  });
  return keys.length === 0 ? undefined : random.pick(keys);
}

/** A key under which there is no row, and which nobody else is using. */
export function isVacant({ transaction }: MoveContext, table: string, key: string): boolean {
  return transaction.isFree(table, key) && transaction.row(table, key) === undefined;
}
