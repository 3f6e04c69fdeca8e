import { captured } from './captured.ts';
import type { ChangeRow, History, Version, Written } from './history.ts';
import { textOf, type ModelTable, type Row } from './model-row.ts';
import type { Snapshot } from './snapshot.ts';

type Level = { readonly name: string | undefined; readonly xids: number[]; hasXid: boolean; readonly written: Written[] };
type Edit = { readonly before: Row | undefined; readonly after: Row | undefined };

/**
 * One transaction of a writer, READ COMMITTED. A row that another one has written is locked; in a simulation nobody waits for it: who
 * wants a row asks `isFree` first.
 */
export class ModelTransaction {
  readonly history: History;
  xid: number | undefined;
  readonly #levels: Level[] = [{ name: undefined, xids: [], hasXid: true, written: [] }];
  readonly #locked = new Set<string>();
  isOver = false;

  constructor(history: History) {
    this.history = history;
  }

  /** Every id it has drawn so far, its own first. */
  get xids(): readonly number[] {
    return this.#levels.flatMap(({ xids }) => xids);
  }

  isFree(table: string, key: string): boolean {
    const holder = this.history.locks.get(lockOf(table, key));
    return holder === undefined || holder === this;
  }

  /** Until the transaction ends, nobody else has the row: as SELECT … FOR UPDATE, or an advisory lock. */
  lock(table: string, key: string): void {
    const lock = lockOf(table, key);
    this.history.locks.set(lock, this);
    this.#locked.add(lock);
  }

  /** The row as this transaction sees it now. */
  row(table: string, key: string): Row | undefined {
    const chain = this.history.chains(table).get(key) ?? [];
    for (let index = chain.length - 1; index >= 0; index -= 1) {
      const { xid, row } = chain[index] as Version;
      if (xid === this.xid || this.history.committed.has(xid)) return row;
    }
    return undefined;
  }

  keys(table: string): string[] {
    return [...this.history.chains(table).keys()].filter((key) => this.row(table, key) !== undefined);
  }

  insert(table: string, rows: readonly Row[]): void {
    this.#write(
      table,
      rows.map((after) => ({ before: undefined, after })),
    );
  }

  /** One statement: every row of `keys` that is there is changed by `change`. */
  update(table: string, keys: readonly string[], change: (row: Row) => Row): void {
    const found = keys.map((key) => this.row(table, key)).filter((row) => row !== undefined);
    this.#write(
      table,
      found.map((before) => ({ before, after: change(before) })),
    );
  }

  remove(table: string, keys: readonly string[]): void {
    const found = keys.map((key) => this.row(table, key)).filter((row) => row !== undefined);
    this.#write(
      table,
      found.map((before) => ({ before, after: undefined })),
    );
  }

  /** Everything goes, and one change row says so. Only where nobody holds any of it. */
  truncate(table: string): void {
    const state = this.#state(table);
    const xid = this.#assign();
    for (const key of this.keys(table)) this.#push(state.table.name, key, { xid, row: undefined });
    this.note({ xid, seq: (this.history.seq += 1), tableId: state.table.id, op: 'R', key: undefined, was: undefined });
  }

  /** Writes a change row without a row: a reload, a heartbeat. */
  note(change: ChangeRow): void {
    this.history.changes.push(change);
    this.#levels.at(-1)?.written.push({ change });
  }

  assign(): number {
    return this.#assign();
  }

  savepoint(name: string): void {
    this.#levels.push({ name, xids: [], hasXid: false, written: [] });
  }

  release(name: string): void {
    for (const level of this.#levels.splice(this.#indexOf(name))) {
      this.#levels.at(-1)?.xids.push(...level.xids);
      this.#levels.at(-1)?.written.push(...level.written);
    }
  }

  rollbackTo(name: string): void {
    for (const { xids, written } of this.#levels.splice(this.#indexOf(name)).toReversed()) {
      this.history.undo(written);
      this.history.complete(xids);
    }
    this.savepoint(name);
  }

  commit(at: number): void {
    const { history, xid } = this;
    if (xid !== undefined) {
      const commit = { xid, at, highest: Math.max(...this.xids) };
      history.committed.set(xid, commit);
      history.commits.push(commit);
    }
    this.#end();
  }

  rollback(): void {
    for (const { written } of this.#levels.toReversed()) this.history.undo(written);
    this.#end();
  }

  prepare(gid: string): void {
    // Its subtransactions end first: one that has written nothing draws no id.
    const [outermost, ...others] = this.#levels.splice(0);
    if (outermost !== undefined) this.#levels.push(outermost);
    for (const { xids, written } of others) {
      outermost?.xids.push(...xids);
      outermost?.written.push(...written);
    }
    this.#assign();
    this.history.prepared.set(gid, this);
  }

  /** The same prepared transaction in a copy of its database. */
  carryTo(copy: History, gid: string): void {
    const carried = new ModelTransaction(copy);
    carried.xid = this.xid;
    for (const level of this.#levels) {
      carried.#levels[0]?.xids.push(...level.xids);
      carried.#levels[0]?.written.push(...level.written);
    }
    for (const lock of this.#locked) {
      carried.#locked.add(lock);
      copy.locks.set(lock, carried);
    }
    if (this.xid !== undefined) copy.running.add(this.xid);
    copy.prepared.set(gid, carried);
  }

  snapshot(): Snapshot {
    return this.history.snapshot();
  }

  #write(name: string, edits: readonly Edit[]): void {
    if (edits.length === 0) return;
    const { table } = this.#state(name);
    const xid = this.#assign();
    for (const { before, after } of edits) {
      const [from, to] = [keyOf(table, before), keyOf(table, after)];
      for (const key of [from, to])
        if (key !== undefined && !this.isFree(name, key)) throw new Error(`${name} ${key} is locked`);
      if (to !== undefined && to !== from && this.row(name, to) !== undefined)
        throw new Error(`${name} ${to} is there already`);
      if (from !== undefined && from !== to) this.#push(name, from, { xid, row: undefined });
      if (to !== undefined) this.#push(name, to, { xid, row: after });
    }
    for (const change of captured(table, edits)) {
      const seq = change.isOrdered ? (this.history.seq += 1) : undefined;
      this.note({ xid, seq, tableId: table.id, op: change.op, key: change.key, was: change.was });
    }
  }

  #push(table: string, key: string, version: Version): void {
    this.lock(table, key);
    const chain = this.history.chain(table, key);
    chain.push(version);
    this.#levels.at(-1)?.written.push({ chain, table, key, version });
  }

  /** The top-level id, drawn with the first write; a subtransaction that writes draws one too, after those around it. */
  #assign(): number {
    const { history } = this;
    if (this.xid === undefined) {
      this.xid = history.nextXid;
      history.nextXid += 1;
      history.running.add(this.xid);
      this.#levels[0]?.xids.push(this.xid);
    }
    for (const level of this.#levels) {
      if (level.hasXid) continue;
      level.hasXid = true;
      level.xids.push(history.nextXid);
      history.nextXid += 1;
    }
    return this.xid;
  }

  #end(): void {
    const { history, xid } = this;
    history.complete(this.xids);
    if (xid !== undefined) history.running.delete(xid);
    for (const lock of this.#locked) if (history.locks.get(lock) === this) history.locks.delete(lock);
    for (const [gid, transaction] of history.prepared) if (transaction === this) history.prepared.delete(gid);
    this.isOver = true;
  }

  #indexOf(name: string): number {
    const index = this.#levels.findLastIndex((level) => level.name === name);
    if (index < 1) throw new Error(`there is no savepoint ${name}`);
    return index;
  }

  #state(name: string): { readonly table: ModelTable } {
    const state = this.history.tables.get(name);
    if (state === undefined) throw new Error(`the model has no table ${name}`);
    return state;
  }
}

function keyOf(table: ModelTable, row: Row | undefined): string | undefined {
  return row === undefined ? undefined : (textOf(row[table.key]) ?? undefined);
}

function lockOf(table: string, key: string): string {
  return `${table}/${key}`;
}
