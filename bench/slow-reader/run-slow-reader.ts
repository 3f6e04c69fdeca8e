import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepareDatabase } from '@elira/server';
import { benchCluster } from '../measure/bench-database.ts';
import { startChild, type Child } from '../measure/child.ts';
import { publish } from '../measure/publish.ts';
import { percentile } from '../measure/statistics.ts';
import type { BenchOptions } from '../options.ts';
import type { CrowdRequest, Run } from './crowd.ts';
import { slowReaderTable, summariseSlowReader, type Round } from './slow-reader-report.ts';

const ROUNDS = 5;
const SECONDS = 8;
const CLIENTS = 500;
/** Commits a second that only the one client gets, and bytes in each: together more than the kernel holds within a few seconds. */
const LOAD = { perSecond: 100, bytes: 30_000 } as const;
/** Fills the ring first, which is as large as it may be then and stays so. */
const WARM_UP = { seconds: 20, perSecond: 60, bytes: 120_000 } as const;
const LOOK_MS = 500;

/** Whether anybody notices that one client never reads: rounds with and without in turn, on one server. */
export async function runSlowReader(options: BenchOptions): Promise<boolean> {
  const [rounds, seconds] = [options.rounds ?? ROUNDS, options.seconds ?? SECONDS];
  const clients = options.clients?.[0] ?? CLIENTS;
  const results: { reading: Round[]; stuck: Round[] } = { reading: [], stuck: [] };
  let before = 0;
  const cluster = await benchCluster();
  try {
    const connection = await cluster.database('elira', []);
    await prepareDatabase(connection, () => undefined);
    const people = readFileSync(new URL('../measure/elira.sql', import.meta.url), 'utf8');
    await (await cluster.client('elira')).query(people.replaceAll('$people', String(clients)));
    const server = await startChild<{ port: number }>(new URL('../measure/elira-server.ts', import.meta.url), { connection });
    const opened: CrowdRequest = { act: 'open', port: server.answer.port, clients, connection };
    const crowd = (await startChild(new URL('crowd.ts', import.meta.url), opened)).child;
    try {
      before = (await round(server.child, crowd, { act: 'run', reads: true, ...WARM_UP })).resident;
      for (let number = 1; number <= rounds; number += 1) {
        for (const reads of number % 2 === 1 ? [true, false] : [false, true]) {
          const result = await round(server.child, crowd, { act: 'run', reads, seconds, ...LOAD });
          results[reads ? 'reading' : 'stuck'].push(result);
          console.error(
            `round ${number}: ${reads ? 'all read' : 'one never reads'}: p50 ${result.p50.toFixed(1)} ms, p99 ${result.p99.toFixed(1)} ms, ` +
              `${result.batches} batches, ${Math.round(result.waiting / 1024)} KB held for one, ${Math.round(result.resident / 1024 / 1024)} MB`,
          );
        }
      }
    } finally {
      await crowd.stop();
      await server.child.stop();
    }
  } finally {
    await cluster.remove();
  }
  const summary = summariseSlowReader(clients, results, before);
  await publish('slow-reader', options, `${rounds} rounds of ${seconds} s each way`, summary, slowReaderTable(summary));
  return summary.pass;
}

async function round(server: Child, crowd: Child, request: CrowdRequest & { act: 'run' }): Promise<Round> {
  const metrics = async (): Promise<Record<string, number>> => await server.ask<Record<string, number>>({ tell: 'metrics' });
  const batches = async (): Promise<number> => (await metrics())['elira_batches_total'] ?? 0;
  const begun = await batches();
  let waiting = 0;
  let isOver = false;
  const look = async (): Promise<void> => {
    while (!isOver) {
      waiting = Math.max(waiting, (await metrics())['elira_waiting_bytes_most'] ?? 0);
      await sleep(LOOK_MS);
    }
  };
  const running = crowd.ask<Run>(request).finally(() => (isOver = true));
  await look();
  const { latencies, expected } = await running;
  const ended = await batches();
  const { resident } = await server.ask<{ resident: number }>({ tell: 'memory' });
  const { caughtUp } = await crowd.ask<{ caughtUp: boolean }>({ act: 'catch up' } satisfies CrowdRequest);
  const sorted = Float64Array.from(latencies).toSorted();
  return {
    p50: percentile(sorted, 0.5) / 1000,
    p99: percentile(sorted, 0.99) / 1000,
    missing: expected - sorted.length,
    batches: ended - begun,
    resident,
    waiting,
    caughtUp,
  };
}
