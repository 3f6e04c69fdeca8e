import { kill } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import type { Cluster } from '@elira/testkit';
import type pg from 'pg';
import { expect, test } from 'vitest';
import { handsOutAgain, one, positionNow, systemAndTimeline, windowFrom, xidNow } from '../../fixture/history.ts';
import { onClusters } from '../../fixture/on-clusters.ts';

/** Runs are repeated where a background process happened to write the rollback to disk before the crash. */
const ATTEMPTS = 5;

/** kill -9 of one backend: the postmaster, who stays, ends all the others and recovers. */
async function killOneBackend(cluster: Cluster): Promise<void> {
  const victim = await cluster.client();
  const witness = await cluster.client();
  const noticed = new Promise((resolve) => witness.once('end', resolve));
  kill(Number(await one(victim, 'SELECT pg_backend_pid()')), 'SIGKILL');
  await expect(victim.query('SELECT pg_sleep(30)')).rejects.toThrow();
  // Until the postmaster has noticed, it lets newcomers in, only to end them with all the others.
  await noticed;
}

/** A client as soon as recovery lets one in. */
async function connected(cluster: Cluster): Promise<pg.Client> {
  for (let patience = 400; patience > 0; patience -= 1) {
    try {
      return await cluster.client();
    } catch {
      await setTimeout(50);
    }
  }
  return await cluster.client();
}

const crashes: Record<string, (cluster: Cluster) => Promise<void>> = {
  'one backend is killed': killOneBackend,
  'the postmaster is killed': async (cluster) => {
    await cluster.kill9();
    await cluster.start();
  },
};

// The wal writer sleeps, so that what no commit has flushed is lost reliably.
const settings = { max_prepared_transactions: '5', wal_writer_delay: '10s', bgwriter_delay: '10s' };

await onClusters(
  (cluster) => {
    for (const [name, crash] of Object.entries(crashes)) {
      test(`A5 a rolled-back xid is handed out again after a crash (${name}), under the same system identifier and timeline`, async () => {
        let reused = false;
        for (let attempt = 0; attempt < ATTEMPTS && !reused; attempt += 1) {
          const before = await connected(cluster());
          expect(await one(before, 'SHOW synchronous_commit')).toBe('on');
          const [history, startedAt] = [
            await systemAndTimeline(before),
            await one(before, 'SELECT pg_postmaster_start_time()'),
          ];
          await before.query('BEGIN; INSERT INTO note (id) VALUES (gen_random_uuid()::text)');
          const lost = await xidNow(before);
          await before.query('ROLLBACK');
          await crash(cluster());
          const after = await connected(cluster());
          reused = await handsOutAgain(after, lost);
          expect(await systemAndTimeline(after)).toBe(history);
          if (crash === killOneBackend) expect(await one(after, 'SELECT pg_postmaster_start_time()')).toBe(startedAt);
        }
        expect(reused, 'the very id of the rolled-back transaction').toBe(true);
      });
    }

    test('A6 an UNLOGGED table is emptied by crash recovery and kept by a clean restart', async () => {
      const count = async (client: pg.Client): Promise<string> => await one(client, 'SELECT count(*) FROM sync.incarnation');
      for (const crash of Object.values(crashes)) {
        const first = await connected(cluster());
        const incarnation = await one(first, 'SELECT sync.establish()');
        await first.query('CHECKPOINT');
        await cluster().restart();
        const second = await connected(cluster());
        expect(await one(second, 'SELECT sync.current_incarnation()')).toBe(incarnation);
        await crash(cluster());
        const third = await connected(cluster());
        expect(await count(third)).toBe('0');
        expect(await one(third, 'SELECT sync.establish()')).not.toBe(incarnation);
      }
    });

    test('A3 a prepared transaction stays listed from PREPARE to COMMIT PREPARED, over a crash too, and is then read', async () => {
      const writer = await connected(cluster());
      await writer.query(`BEGIN; SAVEPOINT a; INSERT INTO note (id, owner) VALUES ('prepared', 'ann')`);
      const xid = await xidNow(writer);
      await writer.query(`PREPARE TRANSACTION 'p'`);
      await xidNow(writer);
      expect((await positionNow(writer)).xip).toEqual([xid]);
      await cluster().kill9();
      await cluster().start();
      const after = await connected(cluster());
      const incarnation = await one(after, 'SELECT sync.establish()');
      const position = await positionNow(after);
      expect(position.xip).toEqual([xid]);
      expect(BigInt(await one(after, 'SELECT floor::text FROM sync.state'))).toBeLessThanOrEqual(xid);
      expect((await windowFrom(after, position)).changes).toEqual([]);
      await after.query(`COMMIT PREPARED 'p'`);
      const window = await windowFrom(after, position);
      expect(window.head.incarnation).toBe(incarnation);
      expect(window.changes.map((change) => [change.xid, change.op, change.key])).toEqual([[xid, 'I', 'prepared']]);
      expect(window.states.get('1:prepared')?.tuple).toEqual(['ann', null, 'false']);
    });
  },
  { settings },
);
