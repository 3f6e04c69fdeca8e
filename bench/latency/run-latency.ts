import { readFileSync } from 'node:fs';
import type pg from 'pg';
import { benchCluster, type BenchCluster } from '../measure/bench-database.ts';
import { publish } from '../measure/publish.ts';
import type { BenchOptions } from '../options.ts';
import { prepareDatabase } from '@elira/server';
import { CLIENTS, latencyCases, PEOPLE, type Side } from './cases.ts';
import { byConnected, summarise, verdictTable, type CaseRounds } from './latency-report.ts';
import { measureCase } from './measure-case.ts';

const ROUNDS = 5;
const SECONDS = 10;
const sql = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

/** Commit → client, engine and baseline in turn; true when the engine is within its limits. */
export async function runLatency(options: BenchOptions): Promise<boolean> {
  const rounds = options.rounds ?? ROUNDS;
  const seconds = options.seconds ?? SECONDS;
  const results: CaseRounds[] = latencyCases(options.clients ?? CLIENTS).map((what) => ({ what, engine: [], baseline: [] }));
  const cluster = await benchCluster();
  try {
    const databases = await makeDatabases(cluster);
    for (let round = 1; round <= rounds; round += 1) {
      // Who comes first changes each round, so that neither has the better place.
      const order: Side[] = round % 2 === 1 ? ['engine', 'baseline'] : ['baseline', 'engine'];
      for (const result of results) {
        for (const side of order) {
          const measured = await measureCase(side, result.what, databases[side], seconds);
          result[side].push(measured);
          console.error(
            `round ${round}: ${result.what.clients} clients, ${result.what.concerned} concerned, ${side}: ` +
              `p50 ${measured.p50.toFixed(1)} ms, p99 ${measured.p99.toFixed(1)} ms, ${measured.deliveries} deliveries` +
              (measured.missing === 0 ? '' : `, ${measured.missing} MISSING`),
          );
        }
      }
    }
  } finally {
    await cluster.remove();
  }
  const summary = summarise(results);
  await publish(
    'latency',
    options,
    `${rounds} rounds of ${seconds} s`,
    { rounds, seconds, cases: summary },
    verdictTable(summary),
  );
  return summary.every((line) => line.pass) && byConnected(summary)?.pass !== false;
}

async function makeDatabases(cluster: BenchCluster): Promise<Record<Side, pg.ClientConfig>> {
  const engine = await cluster.database('elira', []);
  await prepareDatabase(engine, () => undefined);
  const client = await cluster.client('elira');
  await client.query(sql('../measure/elira.sql').replaceAll('$people', String(PEOPLE)));
  return { engine, baseline: await cluster.database('baseline', [sql('tables.sql'), sql('../baseline/baseline.sql')]) };
}
