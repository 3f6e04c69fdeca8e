import type { ModelTable, Row } from './model-row.ts';
import { holds, type Snapshot } from './snapshot.ts';

/** What a row became by one transaction; without a row, it was deleted. */
export type Version = { readonly xid: number; readonly row: Row | undefined };
export type ChangeRow = {
  readonly xid: number;
  readonly seq: number | undefined;
  readonly tableId: number;
  readonly op: 'I' | 'U' | 'D' | 'R';
  readonly key: string | undefined;
  readonly was: readonly (string | null)[] | undefined;
};
export type Written =
  | { readonly chain: Version[]; readonly table: string; readonly key: string; readonly version: Version }
  | { readonly change: ChangeRow };

/** What a database holds of a transaction that is not over. */
export type OpenTransaction = {
  readonly xid: number | undefined;
  readonly xids: readonly number[];
  readonly commit: (at: number) => void;
  readonly rollback: () => void;
  /** The same, prepared, in a copy of its database. */
  readonly carryTo: (copy: History, gid: string) => void;
};

/** `highest`: of its own id and those of its subtransactions. */
export type Commit = { readonly xid: number; readonly at: number; readonly highest: number };

/** Where a simulation's transaction ids begin: so that they pass 32 bits while cursors of before are still about. */
const FIRST_XID = 2 ** 32 - 150;

/**
 * A database as long as its transaction ids mean one thing: from its beginning, a crash, a promotion or a restore to the next of these.
 * Rows are kept in every version, so what any snapshot showed can be told for ever.
 */
export class History {
  readonly name: string;
  readonly timeline: number;
  readonly tables = new Map<string, { readonly table: ModelTable; readonly chains: Map<string, Version[]> }>();
  changes: ChangeRow[] = [];
  /** Committed transactions by id. */
  readonly committed = new Map<number, Commit>();
  readonly commits: Commit[] = [];
  /** Top-level ids that are in progress, prepared ones too. */
  readonly running = new Set<number>();
  readonly prepared = new Map<string, OpenTransaction>();
  readonly locks = new Map<string, OpenTransaction>();
  nextXid = FIRST_XID;
  /** The highest id that is over, of subtransactions too. */
  latestCompleted = FIRST_XID - 1;
  seq = 0;
  /** The change index's own state. */
  state = { floor: FIRST_XID, settledFloor: FIRST_XID, floorRaisedAt: 0, shift: 20, signingKey: 'key of the simulation' };
  incarnation: string | undefined;
  readonly starts = new Set<string>();
  heartbeatAt = Number.NEGATIVE_INFINITY;
  samples: { readonly at: number; readonly oldest: number }[] = [];
  /** An old primary that may no longer write. */
  isReadOnly = false;

  constructor(name: string, tables: readonly ModelTable[], timeline = 1) {
    this.name = name;
    this.timeline = timeline;
    for (const table of tables) this.tables.set(table.name, { table, chains: new Map() });
  }

  /** As `pg_current_snapshot()` has it: subtransactions are not named. */
  snapshot(): Snapshot {
    const xmax = this.latestCompleted + 1;
    const xip = [...this.running].filter((xid) => xid < xmax).toSorted((a, b) => a - b);
    return { xmin: xip[0] ?? xmax, xmax, xip };
  }

  chain(table: string, key: string): Version[] {
    const chains = this.chains(table);
    let chain = chains.get(key);
    if (chain === undefined) chains.set(key, (chain = []));
    return chain;
  }

  chains(table: string): Map<string, Version[]> {
    const state = this.tables.get(table);
    if (state === undefined) throw new Error(`the model has no table ${table}`);
    return state.chains;
  }

  rowAt(table: string, key: string, snapshot: Snapshot): Row | undefined {
    const chain = this.chains(table).get(key) ?? [];
    for (let index = chain.length - 1; index >= 0; index -= 1) {
      const { xid, row } = chain[index] as Version;
      if (this.shows(snapshot, xid)) return row;
    }
    return undefined;
  }

  /** The rows of a table that a snapshot shows, by key. */
  rowsAt(table: string, snapshot: Snapshot): Map<string, Row> {
    const rows = new Map<string, Row>();
    for (const key of this.chains(table).keys()) {
      const row = this.rowAt(table, key, snapshot);
      if (row !== undefined) rows.set(key, row);
    }
    return rows;
  }

  /** Whether a snapshot shows what `xid` did. */
  shows(snapshot: Snapshot, xid: number): boolean {
    return holds(snapshot, xid) && this.committed.has(xid);
  }

  complete(xids: readonly number[]): void {
    for (const xid of xids) if (xid > this.latestCompleted) this.latestCompleted = xid;
  }

  undo(written: readonly Written[]): void {
    for (const one of written.toReversed()) {
      if ('change' in one) this.changes.splice(this.changes.lastIndexOf(one.change), 1);
      else {
        const chain = this.chain(one.table, one.key);
        chain.splice(chain.lastIndexOf(one.version), 1);
      }
    }
  }

  /** A copy in which what is in progress never happened; what is prepared is still to be decided. */
  copy(name: string, timeline: number): History {
    const tables = [...this.tables.values()].map(({ table }) => table);
    const copy = new History(name, tables, timeline);
    const prepared = new Set([...this.prepared.values()].map(({ xid }) => xid));
    const stays = (xid: number): boolean => this.committed.has(xid) || prepared.has(xid);
    for (const [table, { chains }] of this.tables) {
      for (const [key, chain] of chains) {
        const kept = chain.filter(({ xid }) => stays(xid));
        if (kept.length > 0) copy.chains(table).set(key, kept);
      }
    }
    copy.changes = this.changes.filter(({ xid }) => stays(xid));
    for (const commit of this.commits) {
      copy.committed.set(commit.xid, commit);
      copy.commits.push(commit);
    }
    copy.nextXid = this.nextXid;
    copy.latestCompleted = this.nextXid - 1;
    copy.seq = this.seq;
    copy.state = { ...this.state };
    copy.incarnation = this.incarnation;
    for (const start of this.starts) copy.starts.add(start);
    copy.heartbeatAt = this.heartbeatAt;
    copy.samples = [...this.samples];
    for (const [gid, transaction] of this.prepared) transaction.carryTo(copy, gid);
    return copy;
  }
}
