import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { prepareDatabase } from '@elira/server';
import { PEOPLE, type Side } from '../latency/cases.ts';
import { benchCluster } from '../measure/bench-database.ts';
import { startChild, type Child } from '../measure/child.ts';
import { publish } from '../measure/publish.ts';
import type { BenchOptions } from '../options.ts';
import { connectionsTable, summariseConnections, type Held } from './connections-report.ts';
import type { IdleRequest, Opened } from './idle-clients.ts';

const ROUNDS = 3;
const CLIENTS = 10_000;
/** Until every client has had a heartbeat and its buffers are empty. */
const QUIET_MS = 12_000;

const SERVERS: Readonly<Record<Side, URL>> = {
  engine: new URL('../measure/elira-server.ts', import.meta.url),
  baseline: new URL('sse-server.ts', import.meta.url),
};

/** What streams cost that are open and quiet, and how long it takes until all are served again after a restart. */
export async function runConnections(options: BenchOptions): Promise<boolean> {
  const rounds = options.rounds ?? ROUNDS;
  const clients = options.clients?.[0] ?? CLIENTS;
  if (clients > PEOPLE) throw new Error(`--clients: there are ${PEOPLE} people`);
  const results: Record<Side, Held[]> = { engine: [], baseline: [] };
  const cluster = await benchCluster();
  try {
    const connection = await cluster.database('elira', []);
    await prepareDatabase(connection, () => undefined);
    const client = await cluster.client('elira');
    const people = readFileSync(new URL('../measure/elira.sql', import.meta.url), 'utf8');
    await client.query(people.replaceAll('$people', String(PEOPLE)));
    for (let round = 1; round <= rounds; round += 1) {
      for (const side of round % 2 === 1 ? (['engine', 'baseline'] as const) : (['baseline', 'engine'] as const)) {
        const held = await hold(side, clients, connection);
        results[side].push(held);
        console.error(
          `round ${round}: ${side}: ${(held.bytesEach / 1024).toFixed(1)} KB each, ${held.open} of ${clients} held; ` +
            `all back after ${held.backMs.toFixed(0)} ms, ${(held.cpuMsEach * 1000).toFixed(0)} µs of CPU each, ${held.statements} statements`,
        );
      }
    }
  } finally {
    await cluster.remove();
  }
  const summary = summariseConnections(clients, results);
  await publish('connections', options, `${rounds} rounds`, summary, connectionsTable(summary));
  return summary.pass;
}

/** Opens all, weighs the server, kills it, and lets all come back to another on the same port. */
async function hold(side: Side, clients: number, connection: pg.ClientConfig): Promise<Held> {
  const crowd = await startChild(new URL('idle-clients.ts', import.meta.url), { act: 'count' } satisfies IdleRequest);
  const ask = async <T>(request: IdleRequest): Promise<T> => await crowd.child.ask<T>(request);
  let server: Child | undefined;
  try {
    const first = await startChild<{ port: number }>(SERVERS[side], { connection, port: 0 });
    server = first.child;
    const { port } = first.answer;
    // What is compiled and allocated once is not a stream's.
    await ask<Opened>({ act: 'open', side, port, clients: Math.ceil(clients / 20) });
    await ask({ act: 'close' });
    await sleep(1_000);
    const before = await weigh(server);
    await ask<Opened>({ act: 'open', side, port, clients });
    await sleep(QUIET_MS);
    const after = await weigh(server);
    const { open } = await ask<{ open: number }>({ act: 'count' });
    await server.stop();
    await ask({ act: 'close' });

    const second = await startChild<{ port: number }>(SERVERS[side], { connection, port });
    server = second.child;
    const ready = await weigh(server);
    const cpuBefore = await cpu(server);
    const back = await ask<Opened>({ act: 'open', side, port, clients });
    const cpuAfter = await cpu(server);
    const { statements } = await weigh(server);
    return {
      bytesEach: (after.resident - before.resident) / clients,
      open,
      backMs: back.lastMs,
      cpuMsEach: (cpuAfter - cpuBefore) / clients,
      statements: statements - ready.statements,
    };
  } finally {
    await server?.stop();
    await crowd.child.stop();
  }
}

async function cpu(server: Child): Promise<number> {
  return (await server.ask<{ cpuMs: number }>({ tell: 'cpu' })).cpuMs;
}

async function weigh(server: Child): Promise<{ resident: number; statements: number }> {
  return await server.ask<{ resident: number; statements: number }>({ tell: 'memory' });
}
