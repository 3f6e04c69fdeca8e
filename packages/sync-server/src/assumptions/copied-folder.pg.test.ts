import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { handsOutAgain, one, systemAndTimeline, xidNow } from '../../fixture/history.ts';
import { onClusters } from '../../fixture/on-clusters.ts';
import { knownAmong } from '../read/read-session.ts';

await onClusters((cluster) => {
  test('A8 a copied folder keeps incarnation, system and timeline, hands xids out again, and does not know later starts', async () => {
    const [early, late] = [randomUUID(), randomUUID()];
    const before = await cluster().client();
    const incarnation = await one(before, 'SELECT sync.establish()');
    await before.query('SELECT sync.log_start($1, $2)', [early, 'before the copy']);
    const history = await systemAndTimeline(before);
    await cluster().stop();
    const copy = await cluster().copy();
    try {
      await cluster().start();
      const original = await cluster().client();
      await original.query('SELECT sync.log_start($1, $2)', [late, 'after the copy']);
      await original.query(`INSERT INTO note (id) VALUES ('after the copy')`);
      const xid = await xidNow(original);

      await copy.start();
      const returned = await copy.client();
      expect(await one(returned, 'SELECT sync.current_incarnation()')).toBe(incarnation);
      expect(await one(original, 'SELECT sync.current_incarnation()')).toBe(incarnation);
      expect(await systemAndTimeline(returned)).toBe(history);
      expect(await knownAmong(original, [early, late])).toEqual(new Set([early, late]));
      expect(await knownAmong(returned, [early, late])).toEqual(new Set([early]));
      expect(await handsOutAgain(returned, xid)).toBe(true);
    } finally {
      await copy.remove();
    }
  });
});
