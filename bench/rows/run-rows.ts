import { readFileSync } from 'node:fs';
import { captureSql, syncSchemaSql } from '@elira/sync-server';
import pg from 'pg';
import { benchCluster } from '../measure/bench-database.ts';
import { startChild, type Child } from '../measure/child.ts';
import { microseconds } from '../measure/clock.ts';
import { publish } from '../measure/publish.ts';
import type { BenchOptions } from '../options.ts';
import type { Arrived, ItemRequest } from './item-client.ts';
import { itemRules } from './item-rules.ts';
import { rowsTable, summariseRows, type Arrival, type Form } from './rows-report.ts';

const ROUNDS = 5;
const ROWS = 100_000;
/** Connections of the writers. */
const WRITERS = 64;
const FORMS: readonly Form[] = [
  { rowsEach: 1, transactions: 8_000 },
  { rowsEach: 100, transactions: 160 },
  { rowsEach: ROWS, transactions: 1 },
];
/** What is compiled and planned once is not a row's. */
const WARM_UP = 2;
const UPDATE = `UPDATE item SET round = $1, changed_at = clock_timestamp()
  WHERE id BETWEEN ('00000000-0000-4000-8000-' || lpad($2::text, 12, '0'))::uuid AND ('00000000-0000-4000-8000-' || lpad($3::text, 12, '0'))::uuid`;

type Parts = { readonly server: Child; readonly client: Child; readonly writers: readonly pg.Client[] };

/** Changed rows a second from commit to a client's store. */
export async function runRows(options: BenchOptions): Promise<boolean> {
  const rounds = options.rounds ?? ROUNDS;
  const arrivals: Arrival[] = [];
  const cluster = await benchCluster();
  try {
    const items = readFileSync(new URL('rows.sql', import.meta.url), 'utf8').replaceAll('$rows', String(ROWS));
    const connection = await cluster.database('rows', [items, syncSchemaSql(), captureSql(itemRules), 'ANALYZE']);
    const server = await startChild<{ port: number }>(new URL('item-server.ts', import.meta.url), { connection });
    const following: ItemRequest = { act: 'follow', port: server.answer.port, rows: ROWS };
    const client = await startChild<Arrived>(new URL('item-client.ts', import.meta.url), following);
    const writers = Array.from({ length: WRITERS }, () => new pg.Client(connection));
    for (const writer of writers) await writer.connect();
    try {
      let number = 0;
      for (let round = 1 - WARM_UP; round <= rounds; round += 1) {
        for (const form of FORMS) {
          number += 1;
          await writers[0]?.query('VACUUM item');
          const arrival = await arrive(form, number, { server: server.child, client: client.child, writers });
          if (round < 1) continue;
          arrivals.push(arrival);
          console.error(
            `round ${round}: transactions of ${form.rowsEach}: ${Math.round(arrival.perSecond)} rows/s of ${Math.round(arrival.committedPerSecond)}, ` +
              `${arrival.batches} batches${arrival.reset ? ', the scope anew' : ''}`,
          );
        }
      }
    } finally {
      for (const writer of writers) await writer.end();
      await client.child.stop();
      await server.child.stop();
    }
  } finally {
    await cluster.remove();
  }
  const summary = summariseRows(arrivals);
  await publish('rows', options, `${rounds} rounds`, { forms: summary }, rowsTable(summary));
  return summary.every(({ pass }) => pass);
}

/** Has every transaction change rows that no other does, so that nothing collapses and each change is a row that comes. */
async function arrive(form: Form, number: number, { server, client, writers }: Parts): Promise<Arrival> {
  const rows = form.rowsEach * form.transactions;
  const cpu = async (): Promise<number> => (await server.ask<{ cpuMs: number }>({ tell: 'cpu' })).cpuMs;
  await client.ask({ act: 'expect', round: number, rows } satisfies ItemRequest);
  const before = await cpu();
  const coming = client.ask<Arrived>({ act: 'await' } satisfies ItemRequest);
  const { first, last } = await commitAll(form, number, writers);
  const { at, batches, reset, cpuMs } = await coming;
  return {
    form,
    perSecond: rows / ((at - first) / 1e6),
    committedPerSecond: rows / ((last - first) / 1e6),
    batches,
    reset,
    serverCpuMs: (await cpu()) - before,
    clientCpuMs: cpuMs,
  };
}

/** The times at which the first COMMIT was sent and the last had returned. */
async function commitAll(
  { rowsEach, transactions }: Form,
  number: number,
  writers: readonly pg.Client[],
): Promise<{ first: number; last: number }> {
  let next = 0;
  let first = Number.POSITIVE_INFINITY;
  const write = async (writer: pg.Client): Promise<void> => {
    while (next < transactions) {
      const from = next * rowsEach;
      next += 1;
      await writer.query('BEGIN');
      await writer.query({ name: 'update', text: UPDATE, values: [number, from, from + rowsEach - 1] });
      first = Math.min(first, microseconds());
      await writer.query('COMMIT');
    }
  };
  await Promise.all(writers.map(write));
  return { first, last: microseconds() };
}
