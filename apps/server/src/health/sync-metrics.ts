import type { SyncEngine } from '@elira/sync-server';

/** What one server does, for admins. */
export type SyncMetrics = {
  readonly connectedClients: number;
  /** Of these: streams of administrators and of the operator. */
  readonly adminConnections: number;
  /** Of these: everybody else's, who is not signed in included. */
  readonly userConnections: number;
  /** Messages that carried data to clients since the start; heartbeats do not count. */
  readonly messagesSent: number;
  /** Reads that failed, streams that could not be answered or led on, rows set aside. */
  readonly errors: number;
  /** Rows that screens held wrongly, as their digests told, and that were mended. */
  readonly rowsMended: number;
  /** Seconds since the process began. */
  readonly uptime: number;
  readonly delay: Delay;
};

/**
 * Milliseconds from a commit to the sockets, of the last 1,000 commits made through this server: from when COMMIT had returned until what it
 * changed had been handed to every socket concerned. NULL before the first.
 */
export type Delay = {
  readonly commits: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
};

/** The labels by which the engine counts connections. */
export type ViewerLabel = 'admin' | 'user';

type Counting = Pick<SyncEngine, 'metrics' | 'delays'>;

export function getSyncMetrics(engine: Counting): SyncMetrics {
  return { ...countedMetrics(engine), uptime: Math.round(process.uptime()) };
}

/** The same without what moves by itself. */
export function countedMetrics(engine: Counting): Omit<SyncMetrics, 'uptime'> {
  const { connections, labels, deliveries, heartbeats, errors, rowsMended } = engine.metrics();
  const { count, p50, p95, p99 } = engine.delays();
  const adminConnections = labels['admin' satisfies ViewerLabel] ?? 0;
  return {
    connectedClients: connections,
    adminConnections,
    userConnections: connections - adminConnections,
    messagesSent: deliveries - heartbeats,
    errors,
    rowsMended,
    delay: { commits: count, p50: rounded(p50), p95: rounded(p95), p99: rounded(p99) },
  };
}

function rounded(milliseconds: number | undefined): number | null {
  return milliseconds === undefined ? null : Math.round(milliseconds * 10) / 10;
}
