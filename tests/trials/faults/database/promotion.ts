import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { epochsOf, lastOrd, linesAfter, noteLoss, untilElsewhere } from '../epochs.ts';
import { besides, struck, type Strike } from '../fault.ts';
import { writeInVain } from './write-in-vain.ts';

const NAME = 'a standby that lost the last commits takes over, and the old primary goes on answering';
const STANDBY = 'standby';
const REPLAY_PATIENCE_MS = 30_000;
/** Milliseconds until nobody may be served from the old primary any more. */
const NOTICED_MS = 15_000;

/**
 * A standby made by copying files stops hearing; clients see what is written then; it is promoted, and the address leads to it. The old
 * primary takes no writes any more, as whoever switches over arranges it, and goes on answering everybody who is connected.
 */
export const PROMOTION: Strike = {
  name: NAME,
  place: 'at rest',
  strike: async (context) => {
    const { database, fleet, history } = context;
    const { cluster } = database;
    const standby = await cluster.addStandby(STANDBY);
    const ord = await database.inSnapshot(lastOrd);
    await cluster.asked(database.connection, async (primary) => {
      await cluster.asked(standby, (replica) => isolate(primary, replica));
      const { shownBy, lastXid } = await writeInVain(context, primary, 'before the standby took over');
      await refuseWrites(primary);
      const before = epochsOf(fleet);
      const lost = await cluster.asked(standby, async (replica) => {
        await replica.query('SELECT pg_promote(true, 60)');
        return noteLoss({ history }, await lastOrd(replica), await linesAfter(primary, ord), await linesAfter(replica, ord));
      });
      await cluster.handOverTo(STANDBY);
      const milliseconds = await untilElsewhere(before);
      besides(context, NAME, 'nobody is served from it within 15 s', milliseconds <= NOTICED_MS, { milliseconds });
      const served = await stillServed(primary);
      besides(context, NAME, 'no reader is left on it', !served.includes('elira-reader'), { served });
      const answers = (await primary.query('SELECT 1')).rowCount === 1;
      if (answers && lost > 0 && shownBy > 0)
        struck(context, NAME, { lost, shownBy, lastXid: lastXid.toString(), milliseconds });
    });
    await cluster.endOthers();
  },
};

/** Until the standby has all there is; from then on it hears nothing. */
async function isolate(primary: pg.Client, replica: pg.Client): Promise<void> {
  const { rows } = await primary.query<{ at: string }>('SELECT pg_current_wal_flush_lsn()::text AS at');
  await until(replica, `SELECT pg_last_wal_replay_lsn() >= '${rows[0]?.at ?? '0/0'}'::pg_lsn AS done`);
  await replica.query(`ALTER SYSTEM SET primary_conninfo = ''`);
  await replica.query('SELECT pg_reload_conf()');
  await until(replica, 'SELECT count(*) = 0 AS done FROM pg_stat_wal_receiver');
}

async function until(sql: pg.Client, question: string): Promise<void> {
  const deadline = Date.now() + REPLAY_PATIENCE_MS;
  while (Date.now() < deadline) {
    const { rows } = await sql.query<{ done: boolean | null }>(question);
    if (rows[0]?.done === true) return;
    await sleep(50);
  }
  throw new Error(`did not come true: ${question}`);
}

/** As a tool that switches over does; and the trial's own writers are sent away, as they hold on to what they have. */
async function refuseWrites(primary: pg.Client): Promise<void> {
  await primary.query('ALTER SYSTEM SET default_transaction_read_only = on');
  await primary.query('SELECT pg_reload_conf()');
  await primary.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE usename = current_user AND backend_type = 'client backend' AND pid <> pg_backend_pid()`,
  );
}

async function stillServed(primary: pg.Client): Promise<string[]> {
  const { rows } = await primary.query<{ name: string }>(
    `SELECT application_name AS name FROM pg_stat_activity WHERE usename LIKE 'trial_server%'`,
  );
  return rows.map(({ name }) => name);
}
