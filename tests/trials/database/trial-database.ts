import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { captureSql } from '@elira/sync-server';
import { TcpProxy, type Random } from '@elira/testkit';
import pg from 'pg';
import { prepareDatabase } from '../../../apps/server/src/database/prepare-database.ts';
import { ALL_RULES } from '../rules.ts';
import { BOARDS, MARKER_NOTES, MARKER_TICKS, NOTE_IDS, PAIRS, TEAMS, TICK_IDS } from '../world.ts';
import { seedPeople } from './seed-people.ts';
import { TrialCluster } from './trial-cluster.ts';
import { noteValues } from '../writers/note-moves.ts';

/** A cluster of the trial's own, which may be killed, and the networks between it and the servers. */
export type TrialDatabase = {
  /** Of whichever cluster serves; changes never. */
  readonly connection: pg.ClientConfig;
  readonly cluster: TrialCluster;
  readonly query: <R extends pg.QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<R[]>;
  /** Several statements in one snapshot. */
  readonly inSnapshot: <T>(work: (sql: pg.Client) => Promise<T>) => Promise<T>;
  /** kill -9 of the postmaster; resolves when every process of the cluster has gone. Returns its pid. */
  readonly kill: () => Promise<number>;
  readonly start: () => Promise<void>;
  /** Waits until it answers again, when it recovers by itself. */
  readonly untilReady: () => Promise<void>;
  /** The process of the cluster that serves the reader of that server, if it is connected. */
  readonly readerOf: (server: string) => Promise<number | undefined>;
  /** What that server connects with: a user of its own, who may do what a reader may, through the network that `networkOf` names. */
  readonly connectionOf: (server: string) => pg.ClientConfig;
  readonly networkOf: (server: string) => TcpProxy;
  readonly remove: () => Promise<void>;
};

const READY_PATIENCE_MS = 60_000;
const LOOK_MS = 20;

/** `kept`: a folder of the caller's, which stays; where a cluster of a trial lies in it, that one goes on. */
export async function createTrialDatabase(random: Random, kept?: string): Promise<TrialDatabase> {
  const cluster = await TrialCluster.create({ max_prepared_transactions: '1100', max_connections: '120' }, kept);
  const { connection } = cluster;
  const withClient = async <T>(work: (sql: pg.Client) => Promise<T>): Promise<T> => {
    const sql = new pg.Client(connection);
    sql.on('error', () => undefined);
    await sql.connect();
    try {
      return await work(sql);
    } finally {
      await sql.end().catch(() => undefined);
    }
  };
  if (!cluster.wasThere) {
    await prepareDatabase(connection, () => undefined);
    await withClient((sql) => build(sql, random));
  }
  const networks = new Map<string, TcpProxy>();
  for (const name of SERVER_NAMES) networks.set(name, await TcpProxy.listen({ target: cluster.address }));
  const networkOf = (server: string): TcpProxy => {
    const network = networks.get(server);
    if (network === undefined) throw new Error(`there is no server "${server}"`);
    return network;
  };
  return {
    connection,
    cluster,
    query: <R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      withClient(async (sql) => (await sql.query<R>(text, [...values])).rows),
    inSnapshot: (work) =>
      withClient(async (sql) => {
        await sql.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
        return work(sql);
      }),
    kill: () => cluster.kill(),
    start: () => cluster.start(),
    async untilReady() {
      const deadline = Date.now() + READY_PATIENCE_MS;
      for (;;) {
        try {
          await withClient((sql) => sql.query('SELECT 1'));
          return;
        } catch (error) {
          if (Date.now() > deadline) throw error;
          await sleep(LOOK_MS);
        }
      }
    },
    async readerOf(server) {
      const rows = await withClient((sql) =>
        sql.query<{ pid: number }>(
          `SELECT pid FROM pg_stat_activity WHERE usename = $1 AND application_name = 'elira-reader'
           ORDER BY backend_start DESC LIMIT 1`,
          [userOf(server)],
        ),
      ).catch(() => ({ rows: [] }));
      return rows.rows[0]?.pid;
    },
    connectionOf: (server) => ({ ...connection, host: '127.0.0.1', port: networkOf(server).port, user: userOf(server) }),
    networkOf,
    async remove() {
      for (const network of networks.values()) await network.close();
      await cluster.remove();
    },
  };
}

/** A leaf of the change index takes so few transactions (2 to this power) that it is turned several times in a run. */
const BUCKET_SHIFT = 10;
const SERVER_NAMES = ['a', 'b'];

export function userOf(server: string): string {
  return `trial_server_${server}`;
}

export function sqlFile(name: string): string {
  return readFileSync(new URL(`../sql/${name}`, import.meta.url), 'utf8');
}

/** Elira's migrations have run. The trial's schema, capture, history and oracle; then the rows that are there from the start. */
async function build(sql: pg.Client, random: Random): Promise<void> {
  for (const name of SERVER_NAMES)
    await sql.query(`CREATE ROLE ${userOf(name)} LOGIN; GRANT elira_reader, elira_app, elira_flush TO ${userOf(name)}`);
  await sql.query('SET ROLE elira_owner');
  await sql.query('UPDATE sync.state SET bucket_shift = $1', [BUCKET_SHIFT]);
  const capture = captureSql(ALL_RULES, { bucketShift: BUCKET_SHIFT });
  for (const text of [sqlFile('trial-schema.sql'), capture, sqlFile('trial-history.sql')]) await sql.query(text);
  await sql.query('RESET ROLE');
  // A cast is its types' owner's to make; the function of this one is.
  await sql.query('CREATE CAST (trial_mood AS json) WITH FUNCTION trial_mood_json(trial_mood)');
  await sql.query(sqlFile('oracle.sql'));
  await sql.query(sqlFile('oracle-people.sql'));
  await sql.query(sqlFile('oracle-records.sql'));
  const insertNote =
    'INSERT INTO trial_notes (id, owner, reviewer, team, visibility, body, secret, hidden) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)';
  for (const { id, owner, reviewer, team } of MARKER_NOTES)
    await sql.query(insertNote, [id, owner, reviewer, team, 'public', 'barrier 0', '', '']);
  for (const id of NOTE_IDS) if (random.chance(0.5)) await sql.query(insertNote, [...noteValues(random, id)]);
  for (const { id, board } of MARKER_TICKS)
    await sql.query(`INSERT INTO trial_ticks (id, board, hidden) VALUES ($1, $2, '')`, [id, board]);
  for (const id of TICK_IDS)
    await sql.query(`INSERT INTO trial_ticks (id, board, hidden) VALUES ($1, $2, '')`, [id, random.pick(BOARDS)]);
  for (const { pair, left, right } of PAIRS) {
    await sql.query('INSERT INTO trial_pairs (id, pair, team, value) VALUES ($1, $2, $3, 0), ($4, $2, $3, 0)', [
      left,
      pair,
      random.pick(TEAMS),
      right,
    ]);
  }
  await seedPeople(sql, random.fork('people'));
}
