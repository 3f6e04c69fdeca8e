/**
 * Every limit of the wire and of what lies behind it, each with its unit. Nothing in Elira Sync is unbounded; a limit that
 * is reached has a stated consequence, and a test at the limit.
 */
export const LIMITS = {
  /** Longest cursor, in bytes of ASCII. A longer list of running transactions is rounded down. */
  cursorBytes: 1024,
  /** Most change rows one read takes in. Above it the scopes concerned are reloaded instead. */
  changesPerRead: 20_000,
  /** Most change rows a returning cursor is caught up with from the database; above it: a fresh snapshot. */
  changesPerCatchUp: 20_000,
  /** Most bytes in one frame (one server-sent event); longer batches are sent as parts. */
  frameBytes: 1024 * 1024,
  /** Most bytes the in-memory ring of batches keeps per process. */
  ringBytes: 64 * 1024 * 1024,
  /** Most batches the ring keeps per process. */
  ringBatches: 4096,
  /** Most bytes of shared scope snapshots kept per process. */
  snapshotCacheBytes: 128 * 1024 * 1024,
  /** Most rows one scope may hold; a scope above it is refused with `scope_too_large`. */
  rowsPerScope: 200_000,
  /** Most bytes of one batch a client gathers from parts before it gives up and starts afresh. */
  batchBytes: 256 * 1024 * 1024,
  /** Most scopes one connection may hold. */
  scopesPerConnection: 1000,
  /** Most scopes whose fingerprints a cursor lists one by one; above it, one fingerprint of the whole set. */
  scopesInCursor: 32,
  /** Most bytes waiting in one connection's socket before it counts as slow and is served collapsed batches. */
  socketBytes: 256 * 1024,
  /** Seconds a slow connection's socket may stay full before the connection is ended. */
  stalledSeconds: 60,
  /** Most connections per process. */
  connections: 20_000,
  /** Seconds between two heartbeats on a quiet connection. */
  heartbeatSeconds: 5,
  /** Seconds without any byte after which a client gives its connection up. */
  silenceSeconds: 15,
  /** Seconds without a successful read after which a server calls itself stale. */
  staleSeconds: 15,
  /** Seconds a transaction may be open before the server raises an alarm. */
  oldestTransactionSeconds: 60,
  /** Seconds the change index reaches back at least. */
  retainedSeconds: 600,
  /** Most rows the change index keeps when they are older than `retainedSeconds`. */
  retainedChanges: 5_000_000,
  /** Most mutations in one request. */
  mutationsPerRequest: 100,
  /** Most bytes of one request with mutations. */
  mutationBytes: 1024 * 1024,
  /** Days for which the answer to a mutation is kept; one that was made earlier is refused. */
  mutationDays: 90,
  /** Hours by which the clock of whoever makes mutations may be ahead of the server's: one may be a day fast while the other is slow. */
  mutationAheadHours: 48,
  /** Days for which a mutation of a name that a server does not know is put off; one that was made earlier is refused. */
  mutationUnknownDays: 7,
  /** Most mutations that are committed together. */
  mutationsPerFlush: 500,
  /** Most mutations that wait to be committed together, per process; a further one is answered `too_busy`. */
  mutationsWaiting: 10_000,
} as const;

export type Limits = { readonly [K in keyof typeof LIMITS]: number };
