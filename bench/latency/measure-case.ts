import type pg from 'pg';
import { startChild, type Child } from '../measure/child.ts';
import { percentile } from '../measure/statistics.ts';
import { SERVER, type LatencyCase, type Side } from './cases.ts';
import type { ClientsConfig, LatencyResult } from './clients.ts';

/** One measurement: milliseconds from before the UPDATE was sent until the bytes were there; the server's CPU time meanwhile. */
export type Measured = {
  readonly p50: number;
  readonly p99: number;
  readonly deliveries: number;
  readonly missing: number;
  readonly cpuMs: number;
};

const WARM_UP_SECONDS = 2;

/** Starts a server and its clients, each in a process of its own, measures, and ends both. */
export async function measureCase(
  side: Side,
  what: LatencyCase,
  connection: pg.ClientConfig,
  seconds: number,
): Promise<Measured> {
  const server = await startChild<{ port: number }>(SERVER[side], { connection });
  let clients: Child | undefined;
  try {
    const config: ClientsConfig = {
      ...what,
      side,
      port: server.answer.port,
      connection,
      warmUpSeconds: WARM_UP_SECONDS,
      seconds,
    };
    clients = (await startChild(new URL('clients.ts', import.meta.url), config)).child;
    const before = await server.child.ask<{ cpuMs: number }>({ tell: 'cpu' });
    const { latencies, expected } = await clients.ask<LatencyResult>({ measure: true });
    const after = await server.child.ask<{ cpuMs: number }>({ tell: 'cpu' });
    const sorted = Float64Array.from(latencies).toSorted();
    return {
      p50: percentile(sorted, 0.5) / 1000,
      p99: percentile(sorted, 0.99) / 1000,
      deliveries: sorted.length,
      missing: expected - sorted.length,
      cpuMs: after.cpuMs - before.cpuMs,
    };
  } finally {
    await clients?.stop();
    await server.child.stop();
  }
}
