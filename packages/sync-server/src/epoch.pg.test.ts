import { kill } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { sees, type Limits, type Position } from '@elira/protocol';
import { throwawayCluster, type Cluster } from '@elira/testkit';
import type pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { carryRows } from '../fixture/carry-rows.ts';
import { Follower } from '../fixture/follower.ts';
import { one, xidNow } from '../fixture/history.ts';
import { movingAddress, type MovingAddress } from '../fixture/moving-address.ts';
import { installNotes, noteServer, type NoteServer } from '../fixture/notes.ts';

/** Transactions that a crash takes back: more than a server that connects again uses up. */
const LOST = 80;
// Nothing is flushed that no commit has flushed; the server's own heartbeat stays out of the way.
const settings = { wal_writer_delay: '10s', bgwriter_delay: '10s' };
const limits = { heartbeatSeconds: 600 };

let cluster: Cluster;
let address: MovingAddress;
let server: NoteServer;
const cursors = new Map<string, Position>();
const servers: NoteServer[] = [];
const clusters: Cluster[] = [];
const followers: Follower[] = [];

beforeEach(async () => {
  cluster = keep(await throwawayCluster({ settings }));
  const client = await cluster.client();
  await installNotes(client);
  await client.query(`INSERT INTO note (id, owner) VALUES ('kept', 'ann')`);
  await client.end();
  address = await movingAddress(cluster);
  server = await serve();
});
afterEach(async () => {
  for (const { client } of followers.splice(0)) client.stop();
  await Promise.all(servers.splice(0).map((each) => each.stop()));
  await Promise.all(clusters.splice(0).map((each) => each.remove()));
  await address.remove();
});

function keep(made: Cluster): Cluster {
  clusters.push(made);
  return made;
}

async function serve(others: Partial<Limits> = limits): Promise<NoteServer> {
  const made = await noteServer(address.connection, {
    limits: others,
    onCursor: (cursor, position) => cursors.set(cursor, position),
  });
  servers.push(made);
  return made;
}

function follow(from: NoteServer = server, like?: Follower): Follower {
  const follower = new Follower(from.url, cursors, like?.client.store.toDump());
  followers.push(follower);
  return follower;
}

async function connected(to: Cluster): Promise<pg.Client> {
  for (let patience = 200; patience > 0; patience -= 1) {
    try {
      return await to.client();
    } catch {
      await setTimeout(50);
    }
  }
  return await to.client();
}

/** Connects again, so that the client's cursor is where the server's head is: live is who has been sent a cursor since it connected. */
async function refresh(follower: Follower): Promise<void> {
  follower.client.stop();
  follower.client.start();
  expect(follower.client.status).not.toBe('live');
  await expect.poll(() => follower.client.status).toBe('live');
}

/** Writes notes of Ann's, each in a transaction; returns the ids of the transactions. */
async function write(client: pg.Client, name: string, count: number): Promise<bigint[]> {
  const xids: bigint[] = [];
  for (let n = 0; n < count; n += 1) {
    xids.push(
      BigInt(
        await one(client, `INSERT INTO note (id, owner) VALUES ($1, 'ann') RETURNING pg_current_xact_id()::text`, [
          `${name} ${n}`,
        ]),
      ),
    );
  }
  return xids;
}

const crashes: readonly [name: string, crash: () => Promise<void>][] = [
  [
    'one backend is killed',
    async () => {
      const victim = await cluster.client();
      const witness = await cluster.client();
      const noticed = new Promise((resolve) => witness.once('end', resolve));
      kill(Number(await one(victim, 'SELECT pg_backend_pid()')), 'SIGKILL');
      await expect(victim.query('SELECT pg_sleep(30)')).rejects.toThrow();
      // Until the postmaster has noticed, it lets newcomers in, only to end them with all the others.
      await noticed;
    },
  ],
  [
    'PostgreSQL is killed',
    async () => {
      await cluster.kill9();
      await setTimeout(300);
      await cluster.start();
    },
  ],
];

test.each(crashes)('E1 %s and hands out ids again: no client keeps or misses a row', async (_name, crash) => {
  const before = await cluster.client();
  const [live, away] = [follow(), follow()];
  await live.equals(before);
  await away.equals(before);
  const { epoch } = live;
  for (let n = 0; n < LOST; n += 1)
    await before.query(`BEGIN; INSERT INTO note (id, owner) VALUES ('rolled back', 'ann'); ROLLBACK`);
  await before.query('SET synchronous_commit = off');
  await write(before, 'committed but not flushed', 3);
  await expect.poll(() => [live.keys.length, away.keys.length]).toEqual([4, 4]);
  const passed = away.position;
  away.client.stop();

  await crash();
  const after = await connected(cluster);
  const xids = await write(after, 'after', LOST);
  expect(await one(after, `SELECT count(*) FROM note WHERE id LIKE 'committed%'`), 'the crash lost them').toBe('0');
  expect(xids.filter((xid) => sees(passed, xid)).length, 'ids that the clients’ cursors take for old').toBeGreaterThan(
    LOST / 4,
  );
  await live.equals(after);
  expect(live.epoch).not.toBe(epoch);
  await after.query(`DELETE FROM note WHERE id = 'kept'`);
  away.client.start();
  await away.equals(after);
  await live.equals(after);
  expect(server.engine.metrics().epochChanges).toEqual({ start: 1, epoch: 1 });
});

test('E2 a promoted standby that lost the last commits begins a new epoch, and clients end up equal to it', async () => {
  const primary = await cluster.client();
  const standby = keep(await cluster.standby());
  const [live, away] = [follow(), follow()];
  const { rows } = await primary.query<{ at: string }>(
    `INSERT INTO note (id, owner) VALUES ('replicated', 'ann') RETURNING pg_current_wal_lsn()::text AS at`,
  );
  expect(rows.length).toBe(1);
  const replica = await standby.client();
  await expect.poll(() => one(replica, `SELECT count(*) FROM note WHERE id = 'replicated'`)).toBe('1');
  await replica.query(`ALTER SYSTEM SET primary_conninfo = ''`);
  await replica.query('SELECT pg_reload_conf()');
  await expect.poll(() => one(replica, 'SELECT count(*) FROM pg_stat_wal_receiver')).toBe('0');

  await write(primary, 'lost', LOST);
  await live.equals(primary);
  await away.equals(primary);
  const [{ epoch }, passed] = [live, away.position];
  away.client.stop();
  await cluster.kill9();
  await address.pointAt(standby);
  await standby.promote();
  const xids = await write(replica, 'after', LOST);
  expect(xids.filter((xid) => sees(passed, xid)).length, 'ids that the clients’ cursors take for old').toBeGreaterThan(
    LOST / 4,
  );
  expect(await one(replica, `SELECT count(*) FROM note WHERE id LIKE 'lost%'`)).toBe('0');
  await live.equals(replica);
  expect(live.epoch).not.toBe(epoch);
  away.client.start();
  await away.equals(replica);
  expect(server.engine.metrics().epochChanges).toEqual({ start: 1, epoch: 1 });
});

test('E6 an old primary that goes on answering is left by its readers within three heartbeats, and nothing of it is shown any more', async () => {
  const primary = await cluster.client();
  const standby = keep(await cluster.standby());
  const quick = await serve({ heartbeatSeconds: 0.3 });
  const live = follow(quick);
  await live.equals(primary);
  const { epoch } = live;
  await standby.promote();
  await address.pointAt(standby);
  const replica = await standby.client();
  await write(primary, 'of the old one', 3);
  await write(replica, 'of the new one', 3);
  await live.equals(replica);
  expect(live.epoch).not.toBe(epoch);
  expect(live.keys).toContain('of the new one 0');
  expect(quick.engine.metrics().epochChanges).toEqual({ start: 1, epoch: 1 });
  expect(await one(primary, 'SELECT 1'), 'the old primary still answers').toBe('1');

  // Whoever comes gets snapshots of the new one, from the server's other connections as well.
  const late = follow(quick);
  await late.equals(replica);
  expect(late.epoch).toBe(live.epoch);
});

test('E3 a folder copied back is found by a server that returns to it, and by cursors of the time that is lost', async () => {
  const [live, away, late] = [follow(), follow(), follow()];
  const first = await cluster.client();
  for (const follower of [live, away, late]) await follower.equals(first);
  const { epoch } = live;
  await cluster.stop();
  const copy = keep(await cluster.copy());
  await cluster.start();
  const original = await connected(cluster);
  await write(original, 'lost', LOST);
  for (const follower of [live, away, late]) await follower.equals(original);
  expect(server.engine.metrics().epochChanges, 'a clean restart is none').toEqual({ start: 1 });
  expect(live.epoch).toBe(epoch);
  const passed = away.position;
  away.client.stop();
  late.client.stop();

  await cluster.stop();
  await copy.start();
  await address.pointAt(copy);
  const returned = await copy.client();
  const xids = await write(returned, 'after', LOST);
  expect(xids.filter((xid) => sees(passed, xid)).length, 'ids that the clients’ cursors take for old').toBeGreaterThan(
    LOST / 4,
  );
  await live.equals(returned);
  expect(live.epoch).not.toBe(epoch);
  expect(server.engine.metrics().epochChanges).toEqual({ start: 1, 'unknown-start': 1 });
  away.client.start();
  await away.equals(returned);

  // A server that knows nothing of what was: only the cursor's start tells it.
  const fresh = await serve();
  const met = follow(fresh, late);
  await met.equals(returned);
  expect(fresh.engine.metrics().resumed).toEqual({ ring: 0, database: 0, snapshot: 1 });
  expect(met.resets).toBe(1);
});

test('E4 an incarnation that names another installation is not believed, though its oids are the same', async () => {
  const sql = await cluster.client();
  await write(sql, 'here', 3);
  const follower = follow();
  await follower.equals(sql);
  const { epoch } = follower;
  // As a dump leaves it that was restored where the same oids were given.
  await sql.query(`UPDATE sync.incarnation SET system_identifier = 'another'`);
  await sql.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'elira-reader'`);
  await expect.poll(() => follower.epoch).not.toBe(epoch);
  await follower.equals(sql);
});

test('E4 a restored dump begins a new epoch, and alien change rows are not taken for new ones', async () => {
  const source = await cluster.client();
  for (let n = 0; n < 1000; n += 1) await xidNow(source);
  await write(source, 'dumped', 20);
  await source.query(`UPDATE note SET owner = 'bob' WHERE id = 'dumped 3'; DELETE FROM note WHERE id = 'dumped 4'`);
  const [live, away] = [follow(), follow()];
  await live.equals(source);
  await away.equals(source);
  const { epoch } = live;
  away.client.stop();

  const elsewhere = keep(await throwawayCluster({ settings }));
  const target = await elsewhere.client();
  await installNotes(target);
  await carryRows(source, target);
  const alien = BigInt(await one(source, `SELECT max(xid::text::bigint) FROM sync.change`));
  expect(await xidNow(target)).toBeLessThan(alien - 500n);
  await write(source, 'lost', 5);
  await live.equals(source);
  await cluster.stop();
  live.deltas.length = 0;
  await address.pointAt(elsewhere);
  await expect.poll(() => server.engine.health().epoch).not.toBe(epoch);
  await live.equals(target);
  expect(await one(target, `SELECT count(*) FROM sync.change WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())`)).toBe('0');

  const [polls, changes] = [server.engine.metrics().polls, server.engine.metrics().changes];
  await expect.poll(() => server.engine.metrics().polls).toBeGreaterThan(polls + 4);
  expect(server.engine.metrics().changes, 'reads of a database that nobody writes to').toBe(changes);
  away.client.start();
  await away.equals(target);
  // The ids of the alien rows come, and belong to others.
  let next = await xidNow(target);
  for (let n = 0; next < alien + 10n; n += 1) {
    if (n % 50 === 0) await write(target, `new ${n}`, 1);
    next = await xidNow(target);
  }
  await live.equals(target);
  await away.equals(target);
  for (const follower of [live, away]) {
    expect(follower.resets).toBe(follower === live ? 1 : 2);
    expect(follower.dropped.filter((key) => key.startsWith('dumped'))).toEqual([]);
  }
  expect(server.engine.metrics().epochChanges).toEqual({ start: 1, epoch: 1 });
});

test('E5 a clean restart of PostgreSQL keeps the epoch, and clients go on with batches', async () => {
  const sql = await cluster.client();
  const [live, away] = [follow(), follow()];
  await live.equals(sql);
  await away.equals(sql);
  away.client.stop();
  await write(sql, 'before', 3);
  await live.equals(sql);
  await cluster.restart();
  const after = await connected(cluster);
  await after.query(`DELETE FROM note WHERE id = 'before 1'`);
  await write(after, 'after', 3);
  await live.equals(after);
  away.client.start();
  await away.equals(after);
  await refresh(live);
  expect([live.resets, away.resets], 'the first snapshot only').toEqual([1, 1]);
  expect(away.epoch).toBe(live.epoch);
  expect(server.engine.metrics()).toMatchObject({ epochChanges: { start: 1 }, resumed: { ring: 2, database: 0, snapshot: 2 } });
});

test('E5 so does a restart of a server, and another server beside it', async () => {
  const sql = await cluster.client();
  const follower = follow();
  await follower.equals(sql);
  follower.client.stop();
  await server.stop();
  servers.length = 0;
  await write(sql, 'while nobody served', 5);
  await sql.query(`DELETE FROM note WHERE id = 'kept'`);
  const [second, third] = [await serve(), await serve()];
  for (const next of [second, third]) {
    const returning = follow(next, follower);
    await returning.equals(sql);
    expect(returning.epoch).toBe(follower.epoch);
    expect(returning.resets).toBe(0);
    expect(returning.dropped).toEqual(['kept']);
    expect(next.engine.metrics()).toMatchObject({ resumed: { ring: 0, database: 1, snapshot: 0 }, epochChanges: { start: 1 } });
  }
});
