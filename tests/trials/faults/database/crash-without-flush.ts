import pg from 'pg';
import { epochsOf, lastOrd, linesAfter, noteLoss, untilElsewhere } from '../epochs.ts';
import { struck, type FaultContext, type Strike } from '../fault.ts';
import { writeInVain } from './write-in-vain.ts';

const NAME = 'a crash with synchronous_commit=off, commits lost';
/** Something may flush the log at the wrong moment: then nothing was lost, and it is tried again. */
const ATTEMPTS = 6;

/** Commits that clients have seen were never on the disk. */
export const CRASH_WITHOUT_FLUSH: Strike = {
  name: NAME,
  place: 'at rest',
  strike: async (context) => {
    const { database } = context;
    await setCommit(database.connection, 'off');
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const lost = await crash(context, attempt);
      if (lost > 0) break;
    }
    await setCommit(database.connection, undefined);
  },
};

async function crash(context: FaultContext, attempt: number): Promise<number> {
  const { database, fleet, history } = context;
  const { cluster } = database;
  const before = epochsOf(fleet);
  const { ord, lines, shownBy, log } = await cluster.asked(database.connection, async (sql) => {
    const { rows } = await sql.query<{ pid: number }>(`SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'`);
    const writer = rows[0]?.pid ?? 0;
    // What is committed until now is on the disk; what comes is not, while the log's writer stands still.
    await sql.query('SET synchronous_commit = on; SELECT pg_current_xact_id(); SET synchronous_commit = off');
    const from = await lastOrd(sql);
    process.kill(writer, 'SIGSTOP');
    const shown = await writeInVain(context, sql, `before the crash without a flush ${attempt}`);
    return { ord: from, lines: await linesAfter(sql, from), shownBy: shown.shownBy, log: writer };
  });
  const dying = database.kill();
  process.kill(log, 'SIGKILL');
  const pid = await dying;
  let lost = 0;
  await cluster.start(async (sql) => {
    lost = noteLoss({ history }, await lastOrd(sql), lines, await linesAfter(sql, ord));
  });
  struck(context, lost > 0 && shownBy > 0 ? NAME : 'a crash that lost nothing', { pid, lost, shownBy, attempt });
  await untilElsewhere(before);
  return lost;
}

/** For everybody. */
async function setCommit(connection: pg.ClientConfig, value: 'off' | undefined): Promise<void> {
  const sql = new pg.Client(connection);
  await sql.connect();
  await sql.query(
    value === undefined ? 'ALTER SYSTEM RESET synchronous_commit' : `ALTER SYSTEM SET synchronous_commit = ${value}`,
  );
  await sql.query('SELECT pg_reload_conf()');
  await sql.end();
}
