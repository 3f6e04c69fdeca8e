import type { Random } from '@elira/testkit';
import type { Actor, VirtualTime } from '../clock/virtual-time.ts';
import { makeActor } from '../clock/virtual-time.ts';
import { History } from './history.ts';
import type { ModelTable } from './model-row.ts';
import { ModelTransaction } from './model-transaction.ts';

/** A server of the model: the history that is current, those that are past, and what may take its place. */
export class Cluster {
  readonly actor: Actor = makeActor('database');
  readonly time: VirtualTime;
  readonly random: Random;
  current: History;
  readonly histories: History[];
  /** A standby as far as it has replayed, or a folder that was copied away. */
  standby: History | undefined;
  backup: History | undefined;
  /** In which history each reader's start was logged. */
  readonly starts = new Map<string, History>();
  /** Whether it takes connections. */
  isUp = true;
  /** Transactions of processes, which end with these. */
  readonly sessions = new Map<ModelTransaction, Actor>();
  readonly open = new Set<ModelTransaction>();
  readonly #onRing = new Set<() => void>();
  #copies = 0;

  constructor(time: VirtualTime, random: Random, tables: readonly ModelTable[]) {
    this.time = time;
    this.random = random;
    this.current = new History('h0', tables);
    this.current.state.shift = 6;
    this.histories = [this.current];
  }

  begin(): ModelTransaction {
    const transaction = new ModelTransaction(this.current);
    this.open.add(transaction);
    for (const one of this.open) if (one.isOver) this.open.delete(one);
    return transaction;
  }

  /** Runs `work` as one transaction of its own. */
  atOnce<T>(work: (transaction: ModelTransaction) => T): T {
    const transaction = this.begin();
    const result = work(transaction);
    transaction.commit(this.time.now);
    return result;
  }

  /** What the server does for a process that is gone: what it had begun is rolled back. */
  dropSessionsOf(actor: Actor): void {
    for (const [transaction, owner] of this.sessions) {
      if (owner !== actor) continue;
      if (!transaction.isOver && transaction.history === this.current) transaction.rollback();
      this.sessions.delete(transaction);
    }
  }

  wall(): number {
    return this.time.wallOf(this.actor);
  }

  /** Calls back for every notification of the doorbell. */
  listen(ring: () => void): () => void {
    this.#onRing.add(ring);
    return () => void this.#onRing.delete(ring);
  }

  ring(): void {
    for (const ring of this.#onRing) ring();
  }

  /** What has not reached the disk is gone (all that can be, where it `isForgetful`): transactions in progress, ids that only rolled back, and what is unlogged. */
  crash(isForgetful = false): void {
    const old = this.current;
    const next = this.#succeed(old, old.timeline);
    const prepared = [...old.prepared.values()].flatMap(({ xids }) => xids);
    const known = Math.max(old.state.floor, ...old.commits.map(({ highest }) => highest), ...prepared);
    const lost = isForgetful ? old.nextXid - known - 1 : this.random.below(old.nextXid - known);
    next.nextXid = Math.max(known + 1, old.nextXid - lost);
    next.latestCompleted = next.nextXid - 1;
    next.incarnation = undefined;
  }

  /** Whoever is in a transaction is thrown out of it; nothing else is lost, and ids go on. */
  stopCleanly(): void {
    const { prepared } = this.current;
    const stay = new Set(prepared.values());
    const open = new Set([...this.open].filter((one) => one.history === this.current && !one.isOver && !stay.has(one)));
    for (const transaction of open) transaction.rollback();
  }

  /** The standby takes over as far as it came; what was committed since is lost. */
  promote(): boolean {
    if (this.standby === undefined) return false;
    this.#succeed(this.standby, this.current.timeline + 1).incarnation = undefined;
    return true;
  }

  /** A folder that was copied while the server stood still is put back: nothing in it says so. */
  putBack(): boolean {
    if (this.backup === undefined) return false;
    this.#succeed(this.backup, this.backup.timeline);
    return true;
  }

  copyOf(history: History): History {
    return history.copy(`copy ${(this.#copies += 1)} of ${history.name}`, history.timeline);
  }

  #succeed(from: History, timeline: number): History {
    const next = from.copy(`h${this.histories.length}`, timeline);
    this.histories.push(next);
    this.current = next;
    return next;
  }
}
