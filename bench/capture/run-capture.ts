import { readFileSync } from 'node:fs';
import { syncSchemaSql } from '@elira/sync-server';
import { benchCluster } from '../measure/bench-database.ts';
import { startChild } from '../measure/child.ts';
import { publish } from '../measure/publish.ts';
import type { BenchOptions } from '../options.ts';
import { captureTable, summarise, type FormRounds } from './capture-report.ts';
import { FORMS, tableSql } from './forms.ts';
import { LOADS } from './loads.ts';
import type { LoadResult } from './writers.ts';

const ROUNDS = 10;
const SECONDS = 1;
const CHANGE_TABLES = 'sync.change, part_heap, part_indexed';

/** What capture costs a writer. There is no limit to keep: always true. */
export async function runCapture(options: BenchOptions): Promise<boolean> {
  const rounds = options.rounds ?? ROUNDS;
  const seconds = options.seconds ?? SECONDS;
  const parts = readFileSync(new URL('parts.sql', import.meta.url), 'utf8');
  const results: FormRounds[] = FORMS.map((form) => ({ form, table: `item_${form.name}`, loads: LOADS.map(() => []) }));
  const cluster = await benchCluster();
  try {
    const setUp = results.flatMap(({ form, table }, index) => [tableSql(table), form.sql(table, index + 1)]);
    const connection = await cluster.database('capture', [syncSchemaSql(), parts, ...setUp.filter((sql) => sql !== '')]);
    const most = Math.max(...LOADS.map((load) => load.writers));
    const { child } = await startChild(new URL('writers.ts', import.meta.url), { connection, most });
    const keeper = await cluster.client('capture');
    // The first change of a page after a checkpoint is logged whole: not what is compared.
    for (const { table } of results) await keeper.query(`UPDATE ${table} SET progress = progress + 1`);
    for (let round = 1; round <= rounds; round += 1) {
      for (const [index, load] of LOADS.entries()) {
        for (const { table, loads } of round % 2 === 1 ? results : results.toReversed()) {
          loads[index]?.push(
            await child.ask<LoadResult>({ table, writers: load.writers, rowsPerStatement: load.rowsPerStatement, seconds }),
          );
          await keeper.query(`TRUNCATE ${CHANGE_TABLES}`);
          await keeper.query(`VACUUM ${table}`);
        }
        console.error(`round ${round}: ${load.name}`);
      }
    }
    await keeper.end();
    await child.stop();
  } finally {
    await cluster.remove();
  }
  const summary = summarise(results);
  await publish(
    'capture',
    options,
    `${rounds} rounds of ${seconds} s`,
    { rounds, seconds, forms: summary },
    captureTable(summary),
  );
  return true;
}
