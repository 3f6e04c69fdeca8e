import type { Cluster } from './cluster.ts';
import type { ChangeRow, History } from './history.ts';
import type { ModelTransaction } from './model-transaction.ts';

/** The functions of sync-schema.sql that write, said a second time. Each is one transaction. */

export function establish(cluster: Cluster): void {
  const { current } = cluster;
  if (current.incarnation !== undefined) return;
  const { xmin } = current.snapshot();
  current.changes = current.changes.filter(({ xid }) => xid < xmin || !current.committed.has(xid));
  current.state.floor = xmin;
  current.state.settledFloor = xmin;
  current.samples = [];
  const hex = cluster.random.hex(32);
  current.incarnation = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  cluster.atOnce((transaction) => transaction.assign());
}

/** In the place of one whose positions name transactions that this database does not have. */
export function beginAnew(cluster: Cluster, lost: string): void {
  const { current } = cluster;
  if (current.incarnation === lost) current.incarnation = undefined;
  establish(cluster);
}

export function logStart(cluster: Cluster, start: string): void {
  cluster.current.starts.add(start);
  cluster.starts.set(start, cluster.current);
  cluster.atOnce((transaction) => transaction.assign());
}

/** Whether it was this one's turn. */
export function beat(cluster: Cluster, everyMs: number): boolean {
  const { current } = cluster;
  const now = cluster.wall();
  if (current.heartbeatAt > now - everyMs && current.heartbeatAt <= now) return false;
  current.heartbeatAt = now;
  current.samples.push({ at: now, oldest: current.snapshot().xmin });
  cluster.atOnce((transaction) => transaction.note(change(transaction, { tableId: 0, op: 'U', key: 'heartbeat' })));
  cluster.ring();
  return true;
}

/** The oldest position of late from which few changes lead to now; undefined where none is known. */
export function reach(
  { changes, committed, samples, state }: History,
  sinceMs: number,
  mostChanges: number,
): number | undefined {
  const isNear = (oldest: number): boolean =>
    changes.filter(({ xid }) => xid >= oldest && committed.has(xid)).length <= mostChanges;
  const found = samples.filter(({ at, oldest }) => at >= sinceMs && oldest >= state.floor && isNear(oldest));
  return found.length === 0 ? undefined : Math.min(...found.map(({ oldest }) => oldest));
}

/** One change row that reloads every scope which the table feeds. */
export function reload(transaction: ModelTransaction, tableId: number): void {
  const { history } = transaction;
  transaction.note({ ...change(transaction, { tableId, op: 'R', key: undefined }), seq: (history.seq += 1) });
}

function change(transaction: ModelTransaction, of: Pick<ChangeRow, 'tableId' | 'op' | 'key'>): ChangeRow {
  return { xid: transaction.assign(), seq: undefined, was: undefined, ...of };
}

export type Raised = {
  readonly floor: number;
  readonly leaf: number;
  readonly stuck: boolean;
  readonly held: number;
  readonly oldestSeconds: number;
};

/** `held`: change rows that the index is taken to hold. */
export function raiseFloor(
  cluster: Cluster,
  { retainMs, mostChanges, settleMs }: { readonly retainMs: number; readonly mostChanges: number; readonly settleMs: number },
): Raised {
  const { current } = cluster;
  const { state } = current;
  const now = cluster.wall();
  const { xmin, xmax } = current.snapshot();
  const size = 2 ** state.shift;
  const generation = Math.floor(xmax / size);
  current.samples.push({ at: now, oldest: xmin });
  const old = current.samples.filter(({ at }) => at <= now - retainMs).map(({ oldest }) => oldest);
  const aged = old.length === 0 ? undefined : Math.max(...old);
  current.samples = current.samples.filter(({ at, oldest }) => aged === undefined || at >= now - retainMs || oldest >= aged);
  let target = Math.min(aged ?? Number.POSITIVE_INFINITY, xmin);
  if (current.changes.length <= mostChanges) target = Math.min(target, Math.max(generation - 2, 0) * size);
  if (state.floorRaisedAt <= now - settleMs) state.settledFloor = state.floor;
  if (aged !== undefined && target > state.floor && state.settledFloor === state.floor) {
    state.floor = target;
    state.floorRaisedAt = now;
  }
  cluster.atOnce((transaction) => transaction.assign());
  const turn = generation % 4;
  const stuck = current.changes.some(({ xid }) => Math.floor(xid / size) % 4 === turn && xid < generation * size);
  const same = current.samples.filter(({ oldest }) => oldest === xmin).map(({ at }) => at);
  const oldestSeconds = (now - Math.min(now, ...same)) / 1000;
  return { floor: state.floor, leaf: (generation + 1) % 4, stuck, held: current.changes.length, oldestSeconds };
}

/** Empties a leaf whose newest row lies below the settled floor. */
export function emptyLeaf(cluster: Cluster, leaf: number): boolean {
  const { current } = cluster;
  const size = 2 ** current.state.shift;
  const isIn = ({ xid }: ChangeRow): boolean => Math.floor(xid / size) % 4 === leaf;
  const rows = current.changes.filter(isIn);
  // The lock draws an id, and the block that catches its failure another.
  cluster.atOnce((transaction) => {
    transaction.savepoint('block');
    transaction.assign();
    transaction.release('block');
  });
  // Somebody who is still writing holds the leaf.
  if (rows.length === 0 || rows.some(({ xid }) => current.running.has(xid) || xid >= current.state.settledFloor)) return false;
  current.changes = current.changes.filter((row) => !isIn(row));
  return true;
}

/** Deletes change rows below the floor, where more are held than wanted. */
export function thin(cluster: Cluster, slice: number, mostChanges: number): number {
  const { current } = cluster;
  if (current.changes.length <= mostChanges) return 0;
  const gone = current.changes.filter(({ xid }) => xid < current.state.floor && current.committed.has(xid)).slice(0, slice);
  const set = new Set(gone);
  current.changes = current.changes.filter((row) => !set.has(row));
  return gone.length;
}
