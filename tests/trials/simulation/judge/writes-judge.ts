import type { Cluster } from '../database/cluster.ts';
import type { History } from '../database/history.ts';
import type { Journal } from './findings.ts';

export type Made = {
  readonly id: string;
  readonly kind: 'slate.write' | 'slate.count' | 'slate.refuse';
  readonly slate: string;
  readonly seq: number;
  readonly by: object;
};

/** What was written and what became of it: I6, I7, I8. */
export class WritesJudge {
  readonly #cluster: Cluster;
  readonly #journal: Journal;
  readonly #made = new Map<string, Made>();
  readonly #outcomes = new Map<string, string>();
  /** Made at a device that was wiped since: never to be known. */
  readonly #forgotten = new Set<string>();
  /** Acknowledged in what was lost with a failover or an older copy. */
  readonly #lost = new Set<string>();

  constructor(cluster: Cluster, journal: Journal) {
    this.#cluster = cluster;
    this.#journal = journal;
  }

  made(one: Made): void {
    this.#made.set(one.id, one);
    this.#journal.count('mutations');
  }

  settled(id: string, status: string): void {
    this.#journal.note('outcome', `${id} ${status}`);
    this.#outcomes.set(id, status);
  }

  forgotten(by: object): void {
    for (const one of this.#made.values()) if (one.by === by) this.#forgotten.add(one.id);
  }

  /** The database is an older one now: what `old` had beyond it is gone. */
  wentBack(old: History): void {
    const { current } = this.#cluster;
    const [had, has] = [old, current].map((history) => history.rowsAt('mutations', history.snapshot()));
    for (const id of had?.keys() ?? []) if (has?.has(id) === false) this.#lost.add(id);
  }

  /** Those that are in no ledger yet. */
  open(): number {
    const { committed } = this.#cluster.current;
    const ledger = this.#cluster.current.chains('mutations');
    const isKnown = (id: string): boolean => ledger.get(id)?.some(({ xid }) => committed.has(xid)) === true;
    return [...this.#made.keys()].filter((id) => !this.#forgotten.has(id) && !this.#lost.has(id) && !isKnown(id)).length;
  }

  /** At rest. */
  judge(): void {
    const { current } = this.#cluster;
    const snapshot = current.snapshot();
    const ledger = current.rowsAt('mutations', snapshot);
    const writes = new Map<string, number>();
    for (const [id, row] of ledger) {
      const one = this.#made.get(id);
      if (one === undefined) {
        this.#journal.fail('I8', `${id} is in the ledger, but nobody made it`);
        continue;
      }
      const right = one.kind === 'slate.refuse' ? 'refused' : 'applied';
      if (row['status'] !== right) this.#journal.fail('I8', `${id} (${one.kind}) was ${String(row['status'])}`);
      if (right === 'applied') writes.set(one.slate, (writes.get(one.slate) ?? 0) + 1);
    }
    for (const [slate, row] of current.rowsAt('slate', snapshot)) {
      const right = writes.get(slate) ?? 0;
      if (row['writes'] !== right)
        this.#journal.fail('I7', `${slate} was written ${String(row['writes'])} times, by ${right} mutations`);
      if (Number(row['seq']) < 0) this.#journal.fail('I8', `${slate} holds what was refused`);
    }
    for (const [id, status] of this.#outcomes) {
      if (status !== 'unknown' && !ledger.has(id) && !this.#lost.has(id))
        this.#journal.fail('I6', `${id} was ${status}, and is gone`);
    }
  }
}
