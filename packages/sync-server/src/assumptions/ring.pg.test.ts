import { expect, test } from 'vitest';
import { one, xidNow } from '../../fixture/history.ts';
import { onClusters } from '../../fixture/on-clusters.ts';

await onClusters((cluster) => {
  test('A14 TRUNCATE of one leaf neither waits for a writer of another, nor makes writers of the parent wait', async () => {
    const [first, second, cleaner] = await Promise.all([cluster().client(), cluster().client(), cluster().client()]);
    for (const client of [first, second, cleaner]) await client.query(`SET lock_timeout = '1s'`);
    await first.query(`BEGIN; INSERT INTO note (id) VALUES ('open')`);
    // Asked elsewhere: whoever reads the parent holds all leaves until the end of his transaction.
    const leaf = Number(await one(second, 'SELECT ($1::bigint >> bucket_shift) & 3 FROM sync.state', [await xidNow(first)]));
    const other = (leaf + 1) & 3;

    await cleaner.query(`BEGIN; TRUNCATE sync.change_${other}`);
    await first.query(`INSERT INTO note (id) VALUES ('still open')`);
    await second.query(`INSERT INTO note (id) VALUES ('came later')`);
    await cleaner.query('COMMIT');

    // The lock is real where the leaf is the same: both ways.
    await expect(cleaner.query(`TRUNCATE sync.change_${leaf}`)).rejects.toMatchObject({ code: '55P03' });
    await first.query('COMMIT');
    await cleaner.query(`BEGIN; TRUNCATE sync.change_${leaf}`);
    await expect(second.query(`INSERT INTO note (id) VALUES ('waits')`)).rejects.toMatchObject({ code: '55P03' });
    await cleaner.query('ROLLBACK');
    expect(await one(second, `SELECT string_agg(key, ', ' ORDER BY seq) FROM sync.change WHERE op = 'I'`)).toBe(
      'open, still open, came later',
    );
  });
});
