import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { besides, struck, type Strike } from '../fault.ts';
import type { ServerMetrics, ServerProcess } from '../server-process.ts';

const NO_CONNECTIONS = 'max_connections reached';
const POOL_EMPTY = 'the connections for writing are used up';
const CROWD_ROLE = 'trial_crowd';
const HELD_MS = 4_000;
/** More than any server of a trial takes. */
const MOST = 400;
const PATIENCE_MS = 40_000;

/** PostgreSQL lets nobody in any more. The readers keep what they have, and go on. */
export const MAX_CONNECTIONS: Strike = {
  name: NO_CONNECTIONS,
  place: 'in calm',
  strike: async (context) => {
    const { database, fleet } = context;
    await database.query(`DO $$ BEGIN CREATE ROLE ${CROWD_ROLE} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$`);
    const crowd: pg.Client[] = [];
    const refused = new Set<string>();
    const before = await Promise.all(fleet.servers.map((server) => server.metrics()));
    const readers = await Promise.all(fleet.servers.map((server) => database.readerOf(server.name)));
    try {
      let full = Number.POSITIVE_INFINITY;
      const deadline = Date.now() + PATIENCE_MS;
      while (Date.now() < Math.min(deadline, full + HELD_MS) && crowd.length < MOST) {
        const sql = new pg.Client({ ...database.connection, user: CROWD_ROLE });
        sql.on('error', () => undefined);
        // Whoever leaves, leaves a place that is taken at once.
        const code = await sql.connect().then(
          () => undefined,
          (error: unknown) => (error instanceof pg.DatabaseError ? (error.code ?? 'unknown') : String(error)),
        );
        if (code === undefined) crowd.push(sql);
        else {
          refused.add(code);
          full = Math.min(full, Date.now());
          await sleep(20);
        }
      }
      const after = await Promise.all(fleet.servers.map((server) => server.metrics()));
      for (const [index, server] of fleet.servers.entries()) {
        const [was, is] = [before[index], after[index]];
        const reads = (is?.polls ?? 0) > (was?.polls ?? 0) && is?.failedPolls === was?.failedPolls;
        besides(
          context,
          NO_CONNECTIONS,
          `the reader of server ${server.name} keeps its connection`,
          reads && is?.health.fresh === true,
          {
            polls: [was?.polls, is?.polls],
            failed: [was?.failedPolls, is?.failedPolls],
            health: is?.health,
          },
        );
      }
    } finally {
      await Promise.all(crowd.map((sql) => sql.end().catch(() => undefined)));
    }
    const now = await Promise.all(fleet.servers.map((server) => database.readerOf(server.name)));
    besides(context, NO_CONNECTIONS, 'they are the same connections', readers.join() === now.join(), { readers, now });
    if (refused.has('53300') && crowd.length > 0)
      struck(context, NO_CONNECTIONS, { crowd: crowd.length, refused: [...refused] });
    else context.say(`${crowd.length} came in, and the others were told ${[...refused].join(', ')}`);
  },
};

/** Every connection that mutations have waits for a lock. Who comes is told to come again, and nothing that was acknowledged is lost. */
export const POOL_USED_UP: Strike = {
  name: POOL_EMPTY,
  place: 'in calm',
  strike: async (context) => {
    const { database, fleet } = context;
    const sql = new pg.Client(database.connection);
    sql.on('error', () => undefined);
    await sql.connect();
    const before = await Promise.all(fleet.servers.map((server) => server.metrics()));
    try {
      await sql.query('BEGIN; LOCK TABLE trial_deeds, trial_slates IN EXCLUSIVE MODE');
      const waiting = await untilWaiting(sql);
      const busy = await untilTurnedAway(fleet.servers, before);
      await sql.query('COMMIT');
      const fresh = busy.every((metrics, index) => (metrics?.polls ?? 0) > (before[index]?.polls ?? 0));
      besides(context, POOL_EMPTY, 'readers go on', fresh, { polls: busy.map((metrics) => metrics?.polls) });
      const turnedAway = busy.reduce(
        (sum, metrics, index) => sum + (metrics?.turnedAway ?? 0) - (before[index]?.turnedAway ?? 0),
        0,
      );
      if (waiting > 0 && turnedAway > 0) struck(context, POOL_EMPTY, { waiting, turnedAway });
    } finally {
      await sql.end();
    }
  },
};

type Seen = readonly (ServerMetrics | undefined)[];

async function untilTurnedAway(servers: readonly ServerProcess[], before: Seen): Promise<Seen> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const now = await Promise.all(servers.map((server) => server.metrics()));
    if (now.some((metrics, at) => (metrics?.turnedAway ?? 0) > (before[at]?.turnedAway ?? 0)) || Date.now() > deadline)
      return now;
    await sleep(100);
  }
}

/** How many connections of mutations wait for the lock, once all of some server do. */
async function untilWaiting(sql: pg.Client): Promise<number> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { rows } = await sql.query<{ waiting: number }>(
      `SELECT count(*)::integer AS waiting FROM pg_stat_activity WHERE usename LIKE 'trial_server%' AND wait_event_type = 'Lock'
       GROUP BY usename ORDER BY 1 DESC LIMIT 1`,
    );
    const waiting = rows[0]?.waiting ?? 0;
    if (waiting >= WRITING_CONNECTIONS || Date.now() > deadline) return waiting;
    await sleep(20);
  }
}

/** Connections that a trial's server has for mutations. */
const WRITING_CONNECTIONS = 3;
