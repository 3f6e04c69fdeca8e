/** How long and how much, by tier: what takes minutes at the gate takes seconds in the integration tier. */
export type Scale = {
  /** Milliseconds for which PostgreSQL is stopped. */
  readonly databaseStoppedMs: number;
  /** Milliseconds for which a server stands still. */
  readonly serverFrozenMs: number;
  /** Milliseconds for which a transaction is left open. */
  readonly openTransactionMs: number;
  /** Rows of one transaction that is larger than one read. */
  readonly hugeTransactionRows: number;
  /** Characters of the longest text. */
  readonly longTextCharacters: number;
  /** Transactions that are open at once. */
  readonly overlappingTransactions: number;
  /** Milliseconds of silence after which a client gives its connection up. */
  readonly silenceMs: number;
  /** Longest time for which a client's network is down, in milliseconds. */
  readonly networkDownMs: number;
  /** Milliseconds in which 99 of 100 clients have moved from a server that says goodbye to another one. */
  readonly movedWithinMs: number;
};

export const INTEGRATION_SCALE: Scale = {
  databaseStoppedMs: 6_000,
  serverFrozenMs: 3_000,
  openTransactionMs: 20_000,
  hugeTransactionRows: 100_000,
  longTextCharacters: 2_000_000,
  overlappingTransactions: 1_000,
  silenceMs: 3_000,
  networkDownMs: 1_000,
  movedWithinMs: 30_000,
};

export const GATE_SCALE: Scale = {
  databaseStoppedMs: 60_000,
  serverFrozenMs: 30_000,
  openTransactionMs: 600_000,
  hugeTransactionRows: 1_000_000,
  longTextCharacters: 25_000_000,
  overlappingTransactions: 1_000,
  silenceMs: 15_000,
  networkDownMs: 10_000,
  movedWithinMs: 5_000,
};
