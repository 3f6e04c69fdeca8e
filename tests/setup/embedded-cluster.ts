import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@elira/postgres';
import { removeWithProcess } from '../../packages/testkit/src/remove-with-process.ts';

/**
 * One cluster for all test files that need PostgreSQL, or the one that TEST_DATABASE_URL names. It and its folder go when
 * the run ends, by whatever end. Nothing in it outlives the run, so it need not survive a power cut: fsync is off.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if ((process.env['TEST_DATABASE_URL'] ?? '') !== '') return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'elira-test-'));
  const removal = removeWithProcess(folder);
  const postgres = await startPostgres({
    dataFolder: folder,
    database: 'postgres',
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_prepared_transactions: '20' },
  });
  process.env['TEST_DATABASE_URL'] = postgres.url;
  return async () => {
    await postgres.stop();
    await removal.now();
  };
}
