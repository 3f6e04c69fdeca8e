import type { Row, ScopeDelta, ScopeKey } from '@elira/protocol';
import { StreamFault } from '../connect/client-problem.ts';
import { sameValue } from '../ingest/freeze-value.ts';
import type { ReadyBatch } from '../ingest/stream-session.ts';
import { stageBatch, type ScopeRows, type StagedScope, type TableRows } from './stage-batch.ts';
import { mergeRows } from './merge-rows.ts';
import { readDump, writeDump, type StoreDump } from './store-dump.ts';

export type Change = { readonly before: Row | undefined; readonly after: Row | undefined };

/** What one step changed of what can be seen: per table and key, the row before and after. */
export type Commit = {
  readonly cause: 'batch' | 'withdraw' | 'restore' | 'mend';
  readonly cursor: string | undefined;
  readonly epoch: string | undefined;
  readonly changes: ReadonlyMap<string, ReadonlyMap<string, Change>>;
};

/** A row that came into a scope or changed in it; without a row, one that left it. */
export type RowWrite = {
  readonly scope: ScopeKey;
  readonly table: string;
  readonly key: string;
  readonly row: Row | undefined;
};

/**
 * The rows a client holds, by scope, and what can be seen of them.
 *
 * In: whole batches and withdrawals. Out: commits. The promise: whoever looks sees the state of one cursor. A step is
 * checked and worked out first; then, without anything that can fail, rows and cursor change together and the listeners
 * are told once. A row that several scopes hold shows the columns of all of them and goes with the last.
 */
export class RowStore {
  #cursor: string | undefined;
  #epoch: string | undefined;
  #freshAt: number | undefined;
  readonly #scopes = new Map<ScopeKey, ScopeRows>();
  readonly #holders = new Map<string, Map<string, readonly ScopeKey[]>>();
  readonly #visible = new Map<string, Map<string, Row>>();
  readonly #listeners = new Set<(commit: Commit) => void>();
  #journal: ((writes: readonly RowWrite[]) => void) | undefined;
  #writes: RowWrite[] = [];
  readonly #witnesses = new Set<(deltas: readonly ScopeDelta[]) => void>();
  readonly #onError: (error: unknown) => void;

  /** `onError` is told what a listener threw; the other listeners are told of the step all the same. */
  constructor(dump: StoreDump = {}, onError: (error: unknown) => void = () => undefined) {
    this.#onError = onError;
    this.#cursor = dump.cursor;
    this.#epoch = dump.epoch;
    const touched = new Touched();
    for (const [scope, staged] of readDump(dump)) this.#write(scope, staged, touched);
    this.#show(touched);
  }

  /** Where the rows stand: an opaque text for the server, undefined before the first batch. */
  get cursor(): string | undefined {
    return this.#cursor;
  }

  get epoch(): string | undefined {
    return this.#epoch;
  }

  /** Time of the client's clock at which the rows were last known to be the database's. */
  get freshAt(): number | undefined {
    return this.#freshAt;
  }

  holds(scope: ScopeKey): boolean {
    return this.#scopes.has(scope);
  }

  scopes(): ScopeKey[] {
    return [...this.#scopes.keys()];
  }

  /** The rows of a table that can be seen, by key. */
  rows(table: string): ReadonlyMap<string, Row> {
    return this.#visible.get(table) ?? NO_ROWS;
  }

  /** `listener` is told of every step once, when it is complete. */
  subscribe(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** `journal` is given what each step wrote, before anybody is told of it. One at a time; undefined ends it. */
  record(journal: ((writes: readonly RowWrite[]) => void) | undefined): void {
    this.#journal = journal;
  }

  /** `witness` is shown what each batch says, whether or not it is news here, until the way back is called. */
  witness(witness: (deltas: readonly ScopeDelta[]) => void): () => void {
    this.#witnesses.add(witness);
    return () => void this.#witnesses.delete(witness);
  }

  /** Writes rows that were found to be otherwise than the cursor says; it stays where it is. Scopes that are not held are passed over. */
  mend(writes: readonly RowWrite[]): Commit {
    const touched = new Touched();
    for (const { scope, table, key, row } of writes) {
      const tables = this.#scopes.get(scope);
      if (tables === undefined) continue;
      if (row === undefined) this.#drop(scope, tables, table, key, touched);
      else this.#put(scope, tables, table, key, row, touched);
    }
    return this.#commit('mend', touched);
  }

  /** Puts what a device kept into a store that holds nothing yet. `freshAt` is a time of the client's clock. */
  restore(dump: StoreDump, freshAt: number | undefined): void {
    if (this.#cursor !== undefined || this.#scopes.size > 0) return;
    const touched = new Touched();
    for (const [scope, staged] of readDump(dump)) this.#write(scope, staged, touched);
    [this.#cursor, this.#epoch, this.#freshAt] = [dump.cursor, dump.epoch, freshAt];
    this.#commit('restore', touched);
  }

  /** Applies a batch whole, or throws StreamFault with nothing changed. */
  apply(batch: ReadyBatch): Commit {
    const { holds } = batch;
    const staged = stageBatch(batch.deltas, (scope) => holds?.snapshot !== true && this.#scopes.has(scope));
    for (const scope of holds?.scopes ?? []) {
      if (staged.has(scope) || (holds?.snapshot !== true && this.#scopes.has(scope))) continue;
      if (holds?.snapshot !== true)
        throw new StreamFault('scope_missing', 'the hello names a scope that is not held and did not come');
      staged.set(scope, { replace: true, tables: new Map() });
    }
    const kept = new Set(holds?.scopes);
    const lost = holds === undefined ? [] : this.scopes().filter((scope) => !kept.has(scope) && !staged.has(scope));
    const touched = new Touched();
    for (const scope of lost) this.#remove(scope, touched);
    for (const [scope, change] of staged) this.#write(scope, change, touched);
    [this.#cursor, this.#epoch, this.#freshAt] = [batch.cursor, batch.epoch, batch.freshAt];
    const anew = [...staged].flatMap(([scope, { replace }]) => (replace ? [{ scope, reset: true } as const] : []));
    for (const witness of this.#witnesses) witness([...batch.deltas, ...anew]);
    return this.#commit('batch', touched);
  }

  /**
   * Drops scopes at once, and the cursor with them until a batch or heartbeat brings another: it promises the server rows that are
   * no longer here. What is withdrawn may even lie before it, told by a server that is behind the one that gave it.
   */
  withdraw(scopes: readonly ScopeKey[]): Commit {
    const touched = new Touched();
    for (const scope of scopes) this.#remove(scope, touched);
    this.#cursor = undefined;
    for (const witness of this.#witnesses) witness(scopes.map((scope) => ({ scope, reset: true })));
    return this.#commit('withdraw', touched);
  }

  /** The rows of one scope as its readers receive them, by table and key; undefined when it is not held. */
  dump(scope: ScopeKey): ReadonlyMap<string, ReadonlyMap<string, Row>> | undefined {
    const tables = this.#scopes.get(scope);
    return tables && new Map([...tables].filter(([, rows]) => rows.size > 0).map(([table, rows]) => [table, new Map(rows)]));
  }

  /** Everything, as JSON can carry it; a store made from it goes on where this one stands. */
  toDump(): StoreDump {
    return writeDump(this.#cursor, this.#epoch, this.#scopes);
  }

  #remove(scope: ScopeKey, touched: Touched): void {
    if (!this.#scopes.has(scope)) return;
    this.#write(scope, { replace: true, tables: new Map() }, touched);
    this.#scopes.delete(scope);
  }

  #write(scope: ScopeKey, { replace, tables }: StagedScope, touched: Touched): void {
    const before = this.#scopes.get(scope) ?? new Map<string, TableRows>();
    if (!this.#scopes.has(scope)) this.#scopes.set(scope, before);
    if (replace) {
      for (const [table, rows] of before) {
        const staged = tables.get(table);
        for (const key of rows.keys()) if (staged?.get(key) === undefined) this.#drop(scope, before, table, key, touched);
      }
    }
    for (const [table, rows] of tables) {
      for (const [key, row] of rows) {
        if (row === undefined) this.#drop(scope, before, table, key, touched);
        else this.#put(scope, before, table, key, row, touched);
      }
    }
  }

  #put(scope: ScopeKey, tables: ScopeRows, table: string, key: string, row: Row, touched: Touched): void {
    const rows = inner(tables, table);
    const old = rows.get(key);
    if (sameValue(old, row)) return;
    rows.set(key, row);
    touched.add(table, key);
    if (this.#journal !== undefined) this.#writes.push({ scope, table, key, row });
    if (old !== undefined) return;
    const holders = inner(this.#holders, table);
    holders.set(key, [...(holders.get(key) ?? []), scope].toSorted());
  }

  #drop(scope: ScopeKey, tables: ScopeRows, table: string, key: string, touched: Touched): void {
    if (tables.get(table)?.delete(key) !== true) return;
    touched.add(table, key);
    if (this.#journal !== undefined) this.#writes.push({ scope, table, key, row: undefined });
    const holders = inner(this.#holders, table);
    const others = (holders.get(key) ?? []).filter((holder) => holder !== scope);
    if (others.length === 0) holders.delete(key);
    else holders.set(key, others);
  }

  /** Works out what can be seen of the touched rows, and what of that is new. */
  #show(touched: Touched): Map<string, Map<string, Change>> {
    const changes = new Map<string, Map<string, Change>>();
    for (const [table, keys] of touched.keys) {
      const visible = inner(this.#visible, table);
      for (const key of keys) {
        const before = visible.get(key);
        const held = this.#holders.get(table)?.get(key) ?? [];
        const after = mergeRows(held.map((scope) => this.#scopes.get(scope)?.get(table)?.get(key)));
        if (sameValue(before, after)) continue;
        if (after === undefined) visible.delete(key);
        else visible.set(key, after);
        inner(changes, table).set(key, { before, after });
      }
    }
    return changes;
  }

  #commit(cause: Commit['cause'], touched: Touched): Commit {
    const writes = this.#writes;
    this.#writes = [];
    this.#journal?.(writes);
    const commit: Commit = { cause, cursor: this.#cursor, epoch: this.#epoch, changes: this.#show(touched) };
    // A copy: who subscribes while being told is told from the next step on.
    const listeners = [...this.#listeners];
    for (const listener of listeners) {
      try {
        listener(commit);
      } catch (error) {
        this.#onError(error);
      }
    }
    return commit;
  }
}

const NO_ROWS: ReadonlyMap<string, Row> = new Map();

class Touched {
  readonly keys = new Map<string, Set<string>>();

  add(table: string, key: string): void {
    let keys = this.keys.get(table);
    if (keys === undefined) this.keys.set(table, (keys = new Set()));
    keys.add(key);
  }
}

function inner<V>(outer: Map<string, Map<string, V>>, name: string): Map<string, V> {
  let map = outer.get(name);
  if (map === undefined) outer.set(name, (map = new Map()));
  return map;
}
