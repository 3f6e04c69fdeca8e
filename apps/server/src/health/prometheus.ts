import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { DelaySummary, SyncEngine, SyncMetrics } from '@elira/sync-server';

/** The engine's counters and the process's own, in the text format of Prometheus. */
export type Prometheus = { readonly contentType: string; readonly text: () => Promise<string> };

/** Counted since the start. Each can be read off the engine's own at any time, so nothing is counted twice. */
const COUNTERS: Readonly<Record<string, readonly [help: string, read: (metrics: SyncMetrics) => number]>> = {
  elira_messages_total: ['Messages that carried data to clients', (m) => m.deliveries - m.heartbeats],
  elira_heartbeats_total: ['Messages that only said how fresh the data is', (m) => m.heartbeats],
  elira_errors_total: ['Reads that failed, streams that could not be answered or led on, rows set aside', (m) => m.errors],
  elira_reads_total: ['Successful reads of the change index', (m) => m.polls],
  elira_reads_failed_total: ['Reads of the change index that failed', (m) => m.failedPolls],
  elira_changes_total: ['Change rows read', (m) => m.changes],
  elira_batches_total: ['Batches that concerned a scope', (m) => m.batches],
  elira_collapsed_total: ['Times a connection was led on by one collapsed batch', (m) => m.collapsed],
  elira_stalled_total: ['Streams that were ended because they took nothing for too long', (m) => m.stalled],
  elira_snapshots_total: ['Snapshots of scopes', (m) => m.snapshots],
  elira_reloads_total: ['Batches that reloaded scopes', (m) => m.reloads],
  elira_withdrawals_total: ['Scopes withdrawn from open connections', (m) => m.withdrawals],
  elira_integrity_checks_total: ['Digests of clients that were compared with the database', (m) => m.integrityChecks],
  elira_integrity_faults_total: ['Scopes of clients that held something wrong', (m) => m.integrityFaults],
  elira_rows_mended_total: ['Rows sent to mend what clients held wrongly', (m) => m.rowsMended],
  elira_rows_set_aside_total: ['Rows that PostgreSQL could not render', (m) => m.rowsSetAside],
};

export function openPrometheus(engine: Pick<SyncEngine, 'metrics' | 'delays' | 'health'>): Prometheus {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  for (const [name, [help, read]] of Object.entries(COUNTERS)) {
    const counter: Counter = new Counter({
      name,
      help,
      registers,
      collect: () => {
        counter.reset();
        counter.inc(read(engine.metrics()));
      },
    });
  }
  const labelled = (
    name: string,
    help: string,
    label: string,
    read: (metrics: SyncMetrics) => Readonly<Record<string, number>>,
  ): void => {
    const counter: Counter = new Counter({
      name,
      help,
      registers,
      labelNames: [label],
      collect: () => {
        counter.reset();
        for (const [value, count] of Object.entries(read(engine.metrics()))) counter.inc({ [label]: value }, count);
      },
    });
  };
  labelled('elira_resumed_total', 'Connections, by where they were led on from', 'from', (m) => m.resumed);
  labelled('elira_epoch_changes_total', 'Epochs begun, by reason', 'reason', (m) => m.epochChanges);
  const gauge = (name: string, help: string, read: () => number): void => {
    const one: Gauge = new Gauge({ name, help, registers, collect: () => one.set(read()) });
  };
  const connections: Gauge = new Gauge({
    name: 'elira_connections',
    help: 'Open streams, by kind of viewer',
    registers,
    labelNames: ['viewer'],
    collect: () => {
      for (const [viewer, count] of Object.entries(engine.metrics().labels)) connections.set({ viewer }, count);
    },
  });
  gauge('elira_waiting_bytes', 'Bytes that wait in the sockets of streams', () => engine.metrics().waitingBytes);
  gauge('elira_waiting_bytes_most', 'Bytes that wait in the fullest of them', () => engine.metrics().mostWaitingBytes);
  gauge('elira_read_seconds', 'Duration of the last read', () => engine.metrics().pollMs / 1000);
  gauge('elira_age_seconds', 'Time since the last successful read began', () => engine.health().ageMs / 1000);
  gauge('elira_index_rows', 'Rows of the change index, about', () => engine.metrics().index.rows);
  gauge('elira_index_stuck', '1 while the change index cannot let go of old rows', () =>
    engine.metrics().index.stuck ? 1 : 0,
  );
  gauge(
    'elira_oldest_transaction_seconds',
    'For how long the oldest transaction has been the same one',
    () => engine.metrics().index.oldestSeconds,
  );
  gauge('elira_fresh', '1 while what is served is fresh', () => (engine.health().fresh ? 1 : 0));
  return {
    contentType: registry.contentType,
    text: async () => `${await registry.metrics()}\n${delayText(engine.delays())}`,
  };
}

/** Pure. The library keeps histograms of its own observations only. */
export function delayText({ count, sum, buckets }: DelaySummary): string {
  const name = 'elira_delay_seconds';
  return [
    `# HELP ${name} From a commit of this server, once it had returned, until its batch was with every socket concerned`,
    `# TYPE ${name} histogram`,
    ...buckets.map((bucket) => `${name}_bucket{le="${bucket.atMost / 1000}"} ${bucket.count}`),
    `${name}_bucket{le="+Inf"} ${count}`,
    `${name}_sum ${sum / 1000}`,
    `${name}_count ${count}`,
    '',
  ].join('\n');
}
