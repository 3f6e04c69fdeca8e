import type { Row } from '../database/model-row.ts';
import { emptyLeaf, raiseFloor, reload } from '../database/upkeep.ts';
import type { Fault } from './fault.ts';

/** Milliseconds in which nobody writes. */
const QUIET_MS = 400;

export const DATABASE_FAULTS: readonly Fault[] = [
  {
    name: 'the database crashes',
    weight: 0.7,
    strike(simulation, random) {
      if (!simulation.cluster.isUp) return undefined;
      const ms = 50 + random.below(1_500);
      const { nextXid } = simulation.cluster.current;
      simulation.replaceDatabase(() => simulation.cluster.crash(), ms);
      return `back in ${ms} ms, ids from ${simulation.cluster.current.nextXid} instead of ${nextXid}`;
    },
  },
  {
    name: 'the database crashes right after rollbacks',
    weight: 0.6,
    strike(simulation, random) {
      const { cluster } = simulation;
      if (!cluster.isUp || cluster.current.prepared.size > 0) return undefined;
      cluster.stopCleanly();
      for (let index = 1 + random.below(4); index > 0; index -= 1) {
        const transaction = cluster.begin();
        transaction.assign();
        transaction.rollback();
      }
      // Long enough for everybody to have seen these ids as over.
      simulation.hush(QUIET_MS);
      const { current } = cluster;
      simulation.after(QUIET_MS, () => {
        if (cluster.isUp && cluster.current === current)
          simulation.replaceDatabase(() => cluster.crash(true), random.below(300));
      });
      return `after ${current.nextXid - 1}`;
    },
  },
  {
    name: 'a standby falls behind',
    weight: 1,
    strike({ cluster }) {
      cluster.standby = cluster.copyOf(cluster.current);
      return '';
    },
  },
  {
    name: 'the standby takes over',
    weight: 0.4,
    strike(simulation, random) {
      const { cluster } = simulation;
      if (!cluster.isUp || cluster.standby === undefined) return undefined;
      const old = cluster.current;
      simulation.replaceDatabase(() => void cluster.promote(), random.below(500));
      cluster.standby = undefined;
      simulation.writes.wentBack(old);
      return `timeline ${cluster.current.timeline}`;
    },
  },
  {
    name: 'the database is stopped, its folder copied away, and started again',
    weight: 0.6,
    strike(simulation, random) {
      const { cluster } = simulation;
      if (!cluster.isUp) return undefined;
      const ms = 50 + random.below(1_000);
      simulation.replaceDatabase(() => cluster.stopCleanly(), ms);
      cluster.backup = cluster.copyOf(cluster.current);
      return `${ms} ms`;
    },
  },
  {
    name: 'the folder is put back',
    weight: 0.3,
    strike(simulation, random) {
      const { cluster } = simulation;
      if (!cluster.isUp || cluster.backup === undefined) return undefined;
      const old = cluster.current;
      simulation.replaceDatabase(() => void cluster.putBack(), random.below(500));
      cluster.backup = undefined;
      simulation.writes.wentBack(old);
      return '';
    },
  },
  {
    name: 'the ring turns',
    weight: 1.5,
    strike({ cluster }) {
      const limits = { retainMs: 0, mostChanges: 5, settleMs: 0 };
      raiseFloor(cluster, limits);
      const { floor, leaf } = raiseFloor(cluster, limits);
      const emptied = [0, 1, 2, 3].filter((one) => emptyLeaf(cluster, one));
      return `floor ${floor}, next leaf ${leaf}, emptied ${emptied.join(' ')}`;
    },
  },
  {
    name: 'a table is touched',
    weight: 1,
    strike({ cluster }, random) {
      const id = 1 + random.below(6);
      cluster.atOnce((transaction) => reload(transaction, id));
      return `${id}`;
    },
  },
  {
    name: 'a table is emptied',
    weight: 0.7,
    strike(simulation, random) {
      const { cluster } = simulation;
      const table = random.pick(['note', 'tick', 'member']);
      // Whoever holds any of it, or reads from it, would be waited for.
      const isHeld = [...cluster.current.locks.keys()].some((lock) => lock.startsWith(`${table}/`));
      if (isHeld || simulation.openSessions().some(({ isReading }) => isReading)) return undefined;
      cluster.atOnce((transaction) => transaction.truncate(table));
      return table;
    },
  },
  {
    name: 'somebody leaves and is back between two reads',
    weight: 1.5,
    strike({ cluster }, random) {
      let gone: readonly [string, Row] | undefined;
      cluster.atOnce((transaction) => {
        const keys = transaction.keys('member').filter((key) => transaction.isFree('member', key));
        const key = keys.length === 0 ? undefined : random.pick(keys);
        const row = key === undefined ? undefined : transaction.row('member', key);
        if (key === undefined || row === undefined) return;
        transaction.remove('member', [key]);
        gone = [key, row];
      });
      if (gone === undefined) return undefined;
      const [key, row] = gone;
      cluster.atOnce((transaction) => transaction.insert('member', [row]));
      return key;
    },
  },
  {
    name: 'more changes than are read at once',
    weight: 0.6,
    strike({ cluster }) {
      const transaction = cluster.begin();
      const keys = transaction.keys('tick').filter((key) => transaction.isFree('tick', key));
      for (let round = 0; round < 12; round += 1)
        transaction.update('tick', keys, (row) => ({ ...row, count: Number(row['count']) + 1 }));
      transaction.commit(cluster.time.now);
      return `${12 * keys.length}`;
    },
  },
  {
    name: 'the database’s clock is set',
    weight: 0.5,
    strike({ cluster }, random) {
      cluster.actor.wallOffsetMs = (random.next() - 0.5) * 7_200_000;
      return '';
    },
  },
];
