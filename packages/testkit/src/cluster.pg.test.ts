import { describe, expect, test } from 'vitest';
import { throwawayCluster } from './cluster.ts';
import { CLUSTER_VERSIONS, whyNoCluster } from './cluster-version.ts';

for (const version of CLUSTER_VERSIONS) {
  const reason = await whyNoCluster(version);
  describe.skipIf(reason !== undefined)(`PostgreSQL ${version}${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
    test('starts, is killed, recovers, is copied', async () => {
      const cluster = await throwawayCluster({ version, settings: { max_prepared_transactions: '5' } });
      const before = await cluster.client();
      expect((await before.query('SHOW server_version')).rows[0]).toEqual({
        server_version: expect.stringMatching(new RegExp(`^${version}\\.`)),
      });
      await before.query('CREATE TABLE t (id int); CREATE UNLOGGED TABLE u (id int); INSERT INTO u VALUES (1)');
      await before.query('BEGIN');
      await before.query('INSERT INTO t VALUES (1)');
      await before.query("PREPARE TRANSACTION 'p'");
      await before.query('INSERT INTO t VALUES (2)');
      await cluster.kill9();
      await expect(before.query('SELECT 1')).rejects.toThrow();
      await cluster.start();
      const after = await cluster.client();
      await after.query("COMMIT PREPARED 'p'");
      expect((await after.query('SELECT id FROM t ORDER BY id')).rows).toEqual([{ id: 1 }, { id: 2 }]);
      expect((await after.query('SELECT id FROM u')).rows).toEqual([]);

      await cluster.stop();
      const copy = await cluster.copy();
      await cluster.start();
      await copy.start();
      await (await cluster.client()).query('INSERT INTO t VALUES (3)');
      expect((await (await copy.client()).query('SELECT id FROM t ORDER BY id')).rows).toEqual([{ id: 1 }, { id: 2 }]);
      await copy.remove();
      await cluster.remove();
    });

    test('has a standby that follows and is promoted', async () => {
      const primary = await throwawayCluster({ version });
      const writer = await primary.client();
      await writer.query('CREATE TABLE t (id int); INSERT INTO t VALUES (1)');
      const standby = await primary.standby();
      await writer.query('INSERT INTO t VALUES (2)');
      const reader = await standby.client();
      await expect.poll(async () => (await reader.query('SELECT id FROM t ORDER BY id')).rows).toEqual([{ id: 1 }, { id: 2 }]);
      await expect(reader.query('INSERT INTO t VALUES (9)')).rejects.toMatchObject({ code: '25006' });
      await primary.kill9();
      await standby.promote();
      await reader.query('INSERT INTO t VALUES (3)');
      expect((await reader.query('SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS timeline')).rows).toEqual([
        { timeline: '00000002' },
      ]);
      await standby.remove();
      await primary.remove();
    });
  });
}
