import { expect, test } from 'vitest';
import { one, positionNow, windowFrom } from '../../fixture/history.ts';
import { onClusters } from '../../fixture/on-clusters.ts';

await onClusters((cluster) => {
  test('A7 A13 a standby refuses the read statement; its promotion empties the incarnation and shows the new timeline at once', async () => {
    const writer = await cluster().client();
    const incarnation = await one(writer, 'SELECT sync.establish()');
    const timeline = (await windowFrom(writer, await positionNow(writer))).head.timeline;
    const standby = await cluster().standby();
    try {
      await writer.query(`INSERT INTO note (id) VALUES ('followed')`);
      const reader = await standby.client();
      await expect.poll(() => one(reader, 'SELECT count(*) FROM note')).toBe('1');
      const position = await positionNow(reader);
      // 55000 for the WAL position, 0A000 for the UNLOGGED table, whichever comes first.
      await expect(windowFrom(reader, position)).rejects.toMatchObject({ code: expect.stringMatching(/^(55000|0A000)$/) });
      await expect(reader.query('SELECT id FROM sync.incarnation')).rejects.toMatchObject({ code: '0A000' });
      await expect(reader.query('SELECT pg_walfile_name(pg_current_wal_lsn())')).rejects.toMatchObject({ code: '55000' });

      await standby.promote();
      const { head } = await windowFrom(reader, position);
      expect(head.incarnation).toBeUndefined();
      expect(Number.parseInt(head.timeline, 16)).toBe(Number.parseInt(timeline, 16) + 1);
      expect(await one(reader, 'SELECT sync.current_incarnation()')).toBe('null');
      expect(await one(reader, 'SELECT sync.establish()')).not.toBe(incarnation);
      expect((await windowFrom(writer, position)).head).toMatchObject({ incarnation, timeline });
    } finally {
      await standby.remove();
    }
  });
});
