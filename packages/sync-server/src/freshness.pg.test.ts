import { throwawayCluster, type Cluster } from '@elira/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { one } from '../fixture/history.ts';
import { installNotes, noteServer, owner, type NoteServer } from '../fixture/notes.ts';
import { RawStream } from '../fixture/raw-stream.ts';

let cluster: Cluster;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  cluster = await throwawayCluster({ settings: { max_prepared_transactions: '0' } });
  const client = await cluster.client();
  await installNotes(client);
  await client.end();
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});
afterAll(async () => await cluster?.remove());

async function serve(limits = {}): Promise<NoteServer> {
  const server = await noteServer(cluster.connection, { limits: { heartbeatSeconds: 0.2, ...limits } });
  ends.push(() => server.stop());
  return server;
}

async function follow(server: NoteServer): Promise<RawStream> {
  const stream = new RawStream(server.url, [owner('ann')]);
  ends.push(() => stream.close());
  await expect.poll(() => stream.cursor).toBeDefined();
  return stream;
}

/** What the last heartbeat said. */
const age = (stream: RawStream): number =>
  (JSON.parse(stream.named('heartbeat').at(-1)?.data[0] ?? '{"ageMs":0}') as { ageMs: number }).ageMs;

test('R9 a primary that takes no more writes is noticed, and clients are told since when, though every read succeeds', async () => {
  const sql = await cluster.client();
  const server = await serve({ staleSeconds: 2 });
  const stream = await follow(server);
  await expect.poll(() => stream.named('heartbeat').length).toBeGreaterThan(2);
  expect(age(stream)).toBeLessThan(2000);
  // Fenced: whoever connects anew may only read, as on a primary that was left behind.
  await sql.query('ALTER SYSTEM SET default_transaction_read_only = on');
  await sql.query('SELECT pg_reload_conf()');
  try {
    const polls = server.engine.metrics().polls;
    await expect
      .poll(() => server.engine.health(), { timeout: 10_000 })
      .toMatchObject({ fresh: false, problem: { code: 'reader_stale' } });
    expect(server.engine.metrics().polls).toBeGreaterThan(polls + 5);
    await expect.poll(() => age(stream), { timeout: 5000 }).toBeGreaterThan(2000);
    // It grows from now on, and never says less.
    const before = stream.named('heartbeat').length;
    await expect.poll(() => stream.named('heartbeat').length).toBeGreaterThan(before + 3);
    const ages = stream
      .named('heartbeat')
      .slice(before)
      .map(({ data }) => (JSON.parse(data[0] ?? '{}') as { ageMs: number }).ageMs);
    expect(ages).toEqual(ages.toSorted((a, b) => a - b));
    expect(server.engine.health().ageMs).toBeGreaterThan(2000);
  } finally {
    await sql.query('SET default_transaction_read_only = off');
    await sql.query('ALTER SYSTEM RESET default_transaction_read_only');
    await sql.query('SELECT pg_reload_conf()');
  }
  await expect.poll(() => server.engine.health().fresh, { timeout: 10_000 }).toBe(true);
  await expect.poll(() => age(stream)).toBeLessThan(1000);
});

test('R9 a primary whose commits no longer return, for want of its standby, is noticed too', async () => {
  const sql = await cluster.client();
  const server = await serve({ staleSeconds: 2 });
  const stream = await follow(server);
  await sql.query(`ALTER SYSTEM SET synchronous_standby_names = 'gone'`);
  await sql.query('SELECT pg_reload_conf()');
  try {
    await expect.poll(() => server.engine.health().fresh, { timeout: 10_000 }).toBe(false);
    await expect.poll(() => age(stream), { timeout: 5000 }).toBeGreaterThan(2000);
  } finally {
    await sql.query('ALTER SYSTEM RESET synchronous_standby_names');
    await sql.query('SELECT pg_reload_conf()');
  }
  await expect.poll(() => server.engine.health().fresh, { timeout: 20_000 }).toBe(true);
});

test('R9 a reader whose backend is stopped shows by its age, and reads again within 15 s', async () => {
  const sql = await cluster.client();
  const server = await serve();
  const stream = await follow(server);
  const pid = Number(await one(sql, `SELECT pid FROM pg_stat_activity WHERE application_name = 'elira-reader'`));
  process.kill(pid, 'SIGSTOP');
  try {
    await sql.query(`INSERT INTO note (id, owner, body) VALUES ('n', 'ann', 'written meanwhile')`);
    // The age is told all the while, and grows.
    await expect.poll(() => age(stream), { timeout: 5000 }).toBeGreaterThan(2000);
    await expect.poll(() => JSON.stringify(stream.deltas), { timeout: 30_000 }).toContain('written meanwhile');
    await expect.poll(() => age(stream)).toBeLessThan(1000);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}, 60_000);
