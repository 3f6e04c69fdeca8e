import { epochsOf, lastOrd, linesAfter, noteLoss, untilElsewhere, untilRead } from '../epochs.ts';
import { besides, struck, type FaultContext, type Strike } from '../fault.ts';
import { writeInVain } from './write-in-vain.ts';

const NAME = 'an older copy of the folder is put back';

/**
 * PostgreSQL is stopped, copied, started; clients see what is written then; it is stopped again, and the copy takes its place. Nothing in it
 * but the log of starts knows that time was lost, and transaction ids come again.
 */
export const RESTORED_COPY: Strike = {
  name: NAME,
  place: 'at rest',
  strike: async (context) => {
    const { database, fleet, history } = context;
    const { cluster } = database;
    await cluster.stop();
    await cluster.copy();
    await cluster.start();
    await untilRead(fleet.servers);
    const ord = await database.inSnapshot(lastOrd);
    const { shownBy, lastXid } = await cluster.asked(database.connection, (sql) =>
      writeInVain(context, sql, 'before the copy came back'),
    );
    const before = epochsOf(fleet);
    await cluster.stop();
    await cluster.restore();
    const lines = await cluster.askedAside((sql) => linesAfter(sql, ord));
    let [lost, next] = [0, 0n];
    await cluster.start(async (sql) => {
      lost = noteLoss({ history }, await lastOrd(sql), lines, await linesAfter(sql, ord));
      const { rows } = await sql.query<{ next: string }>('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next');
      next = BigInt(rows[0]?.next ?? 0);
    });
    await elsewhere(context, before);
    if (lost > 0 && shownBy > 0 && next <= lastXid)
      struck(context, NAME, { lost, shownBy, lastXid: lastXid.toString(), next: next.toString() });
  },
};

async function elsewhere(context: FaultContext, before: ReturnType<typeof epochsOf>): Promise<void> {
  const milliseconds = await untilElsewhere(before);
  const left = [...before].filter(([{ sync, signedOut }, epoch]) => !signedOut && sync.store.epoch === epoch);
  besides(context, NAME, 'every client is told of a new epoch', left.length === 0, {
    milliseconds,
    left: left.map(([{ viewer }]) => viewer.name),
  });
}
