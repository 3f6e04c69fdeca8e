import type { Limits, Problem } from '@elira/protocol';
import type { MutatingUser, Mutators, MutatorTransaction } from '@elira/rules';
import type { Log } from '../observe/log.ts';

/** What is stored of a mutation: {result} of an applied one, {problem} of a refused one, whose title and status may be left out. */
export type LedgerAnswer =
  | { readonly status: 'applied'; readonly answer: { readonly result?: unknown } }
  | {
      readonly status: 'refused';
      readonly answer: { readonly problem: { readonly code: string } & Readonly<Record<string, unknown>> };
    };

/** What a set-based function returns for each row of its batch. */
export type FlushedAnswer =
  | LedgerAnswer
  /** Not decided, and nothing stored. */
  | { readonly status: 'unknown'; readonly answer: { readonly problem: { readonly code: string } } };

/** Where answers are kept, for as long as the effects they belong to may be asked for again. */
export type Ledger = {
  /**
   * Locks the id until the transaction ends, then tells what stands under it; `taken`: it is another user's. Throws `Problem` where the
   * user may not write at all (any more): then nothing is decided.
   */
  readonly find: (tx: MutatorTransaction, id: string) => Promise<LedgerAnswer | 'taken' | undefined>;
  /** Writes the answer for the transaction's user. */
  readonly write: (tx: MutatorTransaction, id: string, name: string, answer: LedgerAnswer) => Promise<void>;
};

/** One row of a batch for a set-based function. */
export type FlushRow = { readonly id: string; readonly userId: string; readonly args: unknown };

export type WriteLimits = Pick<
  Limits,
  | 'mutationDays'
  | 'mutationAheadHours'
  | 'mutationUnknownDays'
  | 'mutationsPerFlush'
  | 'mutationsWaiting'
  | 'mutationsPerRequest'
>;

export type WriteDoorOptions<User extends MutatingUser> = {
  readonly mutators: Mutators<User>;
  /**
   * Runs `work` in one transaction as `user`, with row-level security, and commits. Throws `Problem` database_unavailable where it is not
   * known whether it did.
   */
  readonly transaction: <T>(user: User, mutationId: string, work: (tx: MutatorTransaction) => Promise<T>) => Promise<T>;
  readonly ledger: Ledger;
  /** Calls a set-based function with a batch, in a transaction of its own. Throws as `transaction` does. */
  readonly flush: (sqlFunction: string, batch: readonly FlushRow[]) => Promise<ReadonlyMap<string, FlushedAnswer>>;
  /** What an error of an effect says to whoever asked for it; undefined: something is wrong on our side. */
  readonly refusalOf: (error: unknown) => Problem | undefined;
  /** Called after each commit. */
  readonly onCommit: () => void;
  readonly log: Log;
  readonly limits?: Partial<WriteLimits>;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
};
