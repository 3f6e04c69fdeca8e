import { followPrimary, type FollowedPrimary, type PrimaryNews } from '@elira/postgres';
import { throwawayCluster, type Cluster } from '@elira/testkit';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { movingAddress, type MovingAddress } from '../fixture/moving-address.ts';
import { Follower } from '../fixture/follower.ts';
import { one } from '../fixture/history.ts';
import { installNotes, noteServer } from '../fixture/notes.ts';

let first: Cluster;
let second: Cluster;
let address: MovingAddress;

beforeAll(async () => {
  first = await throwawayCluster();
  const client = await first.client();
  await installNotes(client);
  second = await first.standby();
  address = await movingAddress(first);
});
afterAll(async () => {
  await address?.remove();
  await second?.remove();
  await first?.remove();
});

const hostOf = ({ host, port }: { readonly host?: string | undefined; readonly port?: number | undefined }): string =>
  `${encodeURIComponent(host ?? '')}:${port ?? 5432}`;
const urlOf = (...places: Parameters<typeof hostOf>[0][]): string =>
  `postgresql://${first.connection.user}@${places.map(hostOf).join(',')}/postgres`;

test('PG62 R9 an old primary that goes on answering after a failover is left: by servers with two hosts and by those behind one address', async () => {
  const news: PrimaryNews[] = [];
  const followed: FollowedPrimary[] = [
    await followPrimary(urlOf(first.connection, second.connection), (one) => void news.push(one), { everyMs: 200 }),
    await followPrimary(urlOf(address.connection), (one) => void news.push(one), { everyMs: 200 }),
  ];
  const servers = await Promise.all(
    followed.map(({ connection }) => noteServer(connection, { limits: { heartbeatSeconds: 0.2 } })),
  );
  const followers = servers.map(({ url }) => new Follower(url));
  const pool = new pg.Pool({ ...followed[0]?.connection, max: 2 });
  pool.on('error', () => undefined);
  try {
    const [old, next] = [await first.client(), await second.client()];
    await old.query(`INSERT INTO note (id, owner) VALUES ('before', 'ann')`);
    for (const follower of followers) await follower.equals(old);
    const at = await one(old, 'SELECT pg_current_wal_lsn()');
    await expect.poll(() => one(next, `SELECT pg_last_wal_replay_lsn() >= '${String(at)}'`)).toBe('true');
    expect(news).toEqual([]);
    await pool.query('SELECT 1');

    // Nobody tells the old one: it goes on, takes writes, and its heartbeats are captured.
    await second.promote();
    await address.pointAt(second);
    await next.query(`INSERT INTO note (id, owner) VALUES ('after', 'ann')`);
    await old.query(`INSERT INTO note (id, owner) VALUES ('lost', 'ann')`);
    for (const follower of followers) await follower.equals(next);
    expect(followers.map(({ keys }) => keys)).toEqual([
      ['after', 'before'],
      ['after', 'before'],
    ]);
    expect(news.map(({ kind }) => kind)).toEqual(['moved', 'moved']);
    await expect
      .poll(async () => (await pool.query<{ id: string }>('SELECT id FROM note ORDER BY id').catch(() => ({ rows: [] }))).rows)
      .toEqual([{ id: 'after' }, { id: 'before' }]);
    expect(followed[0]?.url()).toContain(hostOf(second.connection));

    // The new one is away for a moment: better nothing than the old one.
    await second.stop();
    const looked = await followed[0]?.look();
    expect(looked).toMatchObject({ kind: 'left-behind' });
    await expect(pool.query('SELECT 1')).rejects.toMatchObject({ code: 'ELEFTBEHIND' });
    expect(servers[0]?.engine.health().fresh === true && followers[0]?.keys.includes('lost')).toBe(false);
    await second.start();
    const again = await second.client();
    await again.query(`INSERT INTO note (id, owner) VALUES ('last', 'ann')`);
    for (const follower of followers) await follower.equals(again);
    expect(news.map(({ kind }) => kind)).toContain('left-behind');
  } finally {
    for (const { client } of followers) client.stop();
    await pool.end();
    await Promise.all(servers.map((server) => server.stop()));
    await Promise.all(followed.map((one) => one.stop()));
  }
}, 120_000);
