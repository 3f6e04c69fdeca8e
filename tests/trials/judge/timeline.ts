import { sees, type Position } from '@elira/protocol';
import type { Entry, HistoryLine } from '../history.ts';
import { canonical } from './canonical.ts';

/** A state that a row came into, and the transaction that brought it there. */
export type Version = {
  readonly ord: number;
  readonly xid: bigint;
  /** How many crashes lay before it: xids of different incarnations are different numbers for different transactions. */
  readonly incarnation: number;
  /** The crash that took it back, counted from 1: no position after it contains it. */
  readonly lostBy?: number;
  /** The snapshot it was written under. */
  readonly seen?: string;
  /** Scope → the row as its readers get it, as canonical JSON. */
  readonly views: ReadonlyMap<string, string>;
};

/** A position, and how many crashes lay before it. */
export type Moment = { readonly position: Position; readonly incarnation: number };

export type RowName = string;
export const rowName = (tbl: string, key: string): RowName => `${tbl} ${key}`;

const NO_ROWS: ReadonlySet<RowName> = new Set();
const NOWHERE: ReadonlyMap<string, string> = new Map();

/**
 * The database's past, as its own row triggers told it: what every row was at every position. Made from nothing that capture wrote.
 */
export class Timeline {
  readonly #rows = new Map<RowName, Version[]>();
  readonly #byScope = new Map<string, Set<RowName>>();
  /** Ascending by xid, for "what lies between two positions". */
  readonly #byXid: { readonly xid: bigint; readonly row: RowName; readonly version: Version }[] = [];
  readonly lines: number;

  constructor(entries: readonly Entry[]) {
    const crashes = entries.filter((entry) => entry.kind === 'crash');
    const before = (ord: number, among = crashes): number => among.filter((crash) => crash.ord < ord).length;
    let lines = 0;
    for (const [at, { lost = [] }] of crashes.entries())
      for (const line of lost) this.#add(line, before(line.ord, crashes.slice(0, at)), at + 1);
    for (const entry of entries) {
      if (entry.kind !== 'history') continue;
      lines += 1;
      this.#add(entry, before(entry.ord));
    }
    this.lines = lines;
    for (const versions of this.#rows.values()) versions.sort((a, b) => a.incarnation - b.incarnation || a.ord - b.ord);
    this.#byXid.sort((a, b) => (a.xid < b.xid ? -1 : a.xid > b.xid ? 1 : 0));
  }

  #add(line: HistoryLine, incarnation: number, lostBy?: number): void {
    const version: Version = {
      ord: line.ord,
      xid: BigInt(line.xid),
      incarnation,
      ...(lostBy === undefined ? {} : { lostBy }),
      ...(line.seen === undefined ? {} : { seen: line.seen }),
      views: new Map(Object.entries(line.views).map(([scope, body]) => [scope, canonical(body)])),
    };
    const name = rowName(line.tbl, line.key);
    for (const scope of version.views.keys()) this.#byScope.set(scope, (this.#byScope.get(scope) ?? new Set()).add(name));
    const versions = this.#rows.get(name);
    if (versions === undefined) this.#rows.set(name, [version]);
    else versions.push(version);
    this.#byXid.push({ xid: version.xid, row: name, version });
  }

  /** Every row of which something was told. */
  names(): Iterable<RowName> {
    return this.#rows.keys();
  }

  /** Rows that stood in the scope at some time. */
  rowsOf(scope: string): ReadonlySet<RowName> {
    return this.#byScope.get(scope) ?? NO_ROWS;
  }

  /** Every state of a row, in the order in which they followed one another; those inside transactions included. */
  versionsOf(name: RowName): readonly Version[] {
    return this.#rows.get(name) ?? [];
  }

  /** The states that a row has after what `moment` contains. */
  versionsAfter(name: RowName, moment: Moment): readonly Version[] {
    return this.#versionsIn(name, moment).filter((version) => !isSeen(version, moment));
  }

  /** What the row was at `from` and after each transaction that `to` contains and `from` does not. */
  statesBetween(name: RowName, from: Moment, to: Moment): ReadonlyMap<string, string>[] {
    const versions = this.#versionsIn(name, to);
    const lasts = versions.filter((version, index) => {
      const next = versions[index + 1];
      const isLast = next === undefined || next.xid !== version.xid || next.incarnation !== version.incarnation;
      return isLast && isSeen(version, to) && !isSeen(version, from);
    });
    return [this.at(name, from), ...lasts.map(({ views }) => views)];
  }

  /** What the row was at `moment`, by scope. */
  at(name: RowName, moment: Moment): ReadonlyMap<string, string> {
    const versions = this.#rows.get(name) ?? [];
    for (let index = versions.length - 1; index >= 0; index -= 1) {
      const version = versions[index] as Version;
      if (isSeen(version, moment)) return version.views;
    }
    return NOWHERE;
  }

  /** Rows that some transaction changed which `to` contains and `from` does not. */
  changedBetween(from: Moment, to: Moment): Set<RowName> {
    const changed = new Set<RowName>();
    for (let index = this.#firstFrom(from.position.xmin); index < this.#byXid.length; index += 1) {
      const { xid, row, version } = this.#byXid[index] as { xid: bigint; row: RowName; version: Version };
      if (xid >= to.position.xmax) break;
      if (isSeen(version, to) && !isSeen(version, from)) changed.add(row);
    }
    return changed;
  }

  /**
   * Whether the row stood in `scope` before some transaction that `to` contains and `from` does not: then a client that moves from one
   * to the other may be told that it left. States inside one transaction do not count.
   */
  stoodBetween(name: RowName, scope: string, from: Moment | undefined, to: Moment): boolean {
    const versions = this.#versionsIn(name, to);
    let before = NOWHERE;
    for (let index = 0; index < versions.length;) {
      const { xid, incarnation } = versions[index] as Version;
      let last = versions[index] as Version;
      while (
        index < versions.length &&
        (versions[index] as Version).xid === xid &&
        (versions[index] as Version).incarnation === incarnation
      ) {
        last = versions[index] as Version;
        index += 1;
      }
      if (isSeen(last, to) && (from === undefined || !isSeen(last, from)) && before.has(scope)) return true;
      before = last.views;
    }
    return false;
  }

  /** Whether some transaction between the two positions touched the row. */
  wasChangedBetween(name: RowName, from: Moment, to: Moment): boolean {
    return (this.#rows.get(name) ?? []).some((version) => isSeen(version, to) && !isSeen(version, from));
  }

  /** Whether some transaction between the two positions deleted the row. */
  wasDeletedBetween(name: RowName, from: Moment, to: Moment): boolean {
    return (this.#rows.get(name) ?? []).some(
      (version) => version.views.size === 0 && isSeen(version, to) && !isSeen(version, from),
    );
  }

  /** Those that had not been taken back by then. */
  #versionsIn(name: RowName, { incarnation }: Moment): readonly Version[] {
    return this.versionsOf(name).filter(({ lostBy }) => lostBy === undefined || incarnation < lostBy);
  }

  #firstFrom(xid: bigint): number {
    let [low, high] = [0, this.#byXid.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#byXid[middle] as { xid: bigint }).xid < xid) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isSeen(version: Version, { position, incarnation }: Moment): boolean {
  const isThere = version.lostBy === undefined || incarnation < version.lostBy;
  return isThere && version.incarnation <= incarnation && sees(position, version.xid);
}
