import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { throwawayCluster, type Cluster } from '@elira/testkit';
import type pg from 'pg';
import { expect, test } from 'vitest';
import { carryRows } from '../../fixture/carry-rows.ts';
import { one, xidNow } from '../../fixture/history.ts';
import { installNotes, noteRules } from '../../fixture/notes.ts';
import { onClusters } from '../../fixture/on-clusters.ts';
import { verifyCapture } from '../capture/verify-capture.ts';

const run = promisify(execFile);
const PG_DUMP = '/usr/lib/postgresql/15/bin/pg_dump';
const PSQL = '/usr/lib/postgresql/15/bin/psql';

const place = async (client: pg.Client): Promise<string> =>
  await one(client, `SELECT concat_ws(' ', database_oid, table_oid, system_identifier) FROM sync.incarnation`);
const here = async (client: pg.Client): Promise<string> =>
  await one(
    client,
    `SELECT concat_ws(' ', (SELECT oid FROM pg_database WHERE datname = current_database()), 'sync.incarnation'::regclass::oid, sync.system_identifier())`,
  );

/** Writes enough that this cluster's transaction ids are well ahead of a new one's. */
async function writeMuch(client: pg.Client): Promise<bigint> {
  await client.query('SELECT sync.establish()');
  for (let n = 0; n < 500; n += 1) await client.query('SELECT pg_current_xact_id()');
  await client.query(`DELETE FROM note; INSERT INTO note (id, owner) VALUES ('n1', 'ann'); UPDATE note SET owner = 'bob'`);
  return await xidNow(client);
}

async function expectCarried(source: pg.Client, target: pg.Client, xid: bigint): Promise<void> {
  expect(await xidNow(target), 'the new cluster is not as far yet').toBeLessThan(xid - 100n);
  const changes = `SELECT json_agg(c ORDER BY c.xid, c.seq) FROM sync.change c WHERE table_id = 1 AND op <> 'R'`;
  expect(await one(target, changes)).toBe(await one(source, changes));
  expect(await one(target, 'SELECT id FROM sync.incarnation')).toBe(await one(source, 'SELECT id FROM sync.incarnation'));
  expect(await place(source)).toBe(await here(source));
  expect(await place(target), 'the row still names the place it comes from').toBe(await place(source));
  expect(await here(target)).not.toBe(await place(target));
  expect(await one(target, 'SELECT sync.current_incarnation()')).toBe('null');
  expect(await verifyCapture(target, noteRules)).toEqual([]);
}

await onClusters((cluster, version) => {
  const withTarget = async (body: (target: Cluster) => Promise<void>): Promise<void> => {
    const target = await throwawayCluster({ version });
    try {
      await body(target);
    } finally {
      await target.remove();
    }
  };

  test('A9 a restore carries the rows of the change index and of the UNLOGGED table to a place with other oids', async () => {
    const source = await cluster().client();
    const xid = await writeMuch(source);
    await withTarget(async (elsewhere) => {
      const target = await elsewhere.client();
      await target.query('CREATE TABLE takes_an_oid ()');
      await installNotes(target);
      await carryRows(source, target);
      await expectCarried(source, target, xid);
    });
  });

  // pg_dump reads no server newer than itself.
  test.runIf(version <= 15 && existsSync(PG_DUMP))('A9 so does a dump made by pg_dump', async () => {
    const source = await cluster().client();
    const xid = await writeMuch(source);
    await withTarget(async (elsewhere) => {
      const { stdout } = await run(PG_DUMP, ['-d', cluster().url], { maxBuffer: 64 * 1024 * 1024 });
      const restoring = run(PSQL, ['-q', '-v', 'ON_ERROR_STOP=1', '-d', elsewhere.url]);
      restoring.child.stdin?.end(stdout);
      await restoring;
      await expectCarried(source, await elsewhere.client(), xid);
    });
  });
});
