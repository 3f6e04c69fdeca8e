/** Counters of one engine since its start. Plain numbers: whoever exports them decides the format. */
export type SyncMetrics = {
  connections: number;
  /** Open connections by the label that the application gave their viewers. */
  labels: { [label: string]: number };
  /** Successful reads of the change index. */
  polls: number;
  /** Milliseconds of the last successful read. */
  pollMs: number;
  failedPolls: number;
  /** Change rows read. */
  changes: number;
  batches: number;
  /** Frames handed to sockets, each counted once per connection. */
  deliveries: number;
  /** Those of them that only said how fresh the data is. */
  heartbeats: number;
  /** What went wrong here: reads that failed, streams that could not be answered or led on, rows set aside. */
  errors: number;
  /** Connections that were served a collapsed batch because they had fallen behind. */
  collapsed: number;
  /** Bytes that wait in sockets now: in all of them, and in the fullest. */
  waitingBytes: number;
  mostWaitingBytes: number;
  /** Connections that were ended because they took nothing for too long. */
  stalled: number;
  resumed: { ring: number; database: number; snapshot: number };
  /** Scope snapshots rendered (shared ones count once). */
  snapshots: number;
  reloads: number;
  /** Statements that read memberships of users who came. */
  membershipReads: number;
  /** Times that the change index was read for those who came back from beyond the ring. */
  catchUpReads: number;
  /** Scopes withdrawn from open connections. */
  withdrawals: number;
  epochChanges: { [reason: string]: number };
  /** Rows set aside because PostgreSQL could not render them. */
  rowsSetAside: number;
  /** Digests of clients that were compared, those that held something wrong, and the rows that mended it. */
  integrityChecks: number;
  integrityFaults: number;
  rowsMended: number;
  /** The change index as it was last turned by this server: its rows, about, whether it is stuck, and seconds of the oldest transaction. */
  index: { rows: number; stuck: boolean; oldestSeconds: number };
};

export function emptyMetrics(): SyncMetrics {
  return {
    connections: 0,
    labels: {},
    polls: 0,
    pollMs: 0,
    failedPolls: 0,
    changes: 0,
    batches: 0,
    deliveries: 0,
    heartbeats: 0,
    errors: 0,
    collapsed: 0,
    waitingBytes: 0,
    mostWaitingBytes: 0,
    stalled: 0,
    resumed: { ring: 0, database: 0, snapshot: 0 },
    snapshots: 0,
    reloads: 0,
    membershipReads: 0,
    catchUpReads: 0,
    withdrawals: 0,
    epochChanges: {},
    rowsSetAside: 0,
    integrityChecks: 0,
    integrityFaults: 0,
    rowsMended: 0,
    index: { rows: 0, stuck: false, oldestSeconds: 0 },
  };
}
