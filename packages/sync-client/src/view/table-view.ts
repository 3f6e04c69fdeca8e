import type { Row } from '@elira/protocol';
import type { Change } from '../store/row-store.ts';
import type { RowSource } from './overlay.ts';

export type Listener = () => void;
type Predicate<R> = (row: R) => boolean;

/**
 * One table as screens read it. The promise: the same question gives the same object until its answer changes, so that a
 * screen draws only what is new (`useSyncExternalStore(table.subscribe, table.all)`). Rows come in no promised order.
 */
export class TableView<R extends Row = Row> {
  readonly #store: RowSource;
  readonly #name: string;
  readonly #listeners = new Set<Listener>();
  readonly #rowListeners = new Map<string, Set<Listener>>();
  #all: readonly R[] | undefined;
  #answers = new WeakMap<Predicate<R>, { readonly of: readonly R[]; readonly rows: readonly R[] }>();

  constructor(store: RowSource, name: string) {
    this.#store = store;
    this.#name = name;
  }

  readonly get = (key: string): R | undefined => this.#rows().get(key);

  readonly all = (): readonly R[] => (this.#all ??= Object.freeze([...this.#rows().values()]));

  /** The rows that `predicate` takes. Keep the predicate: the answer is remembered by it. */
  readonly where = (predicate: Predicate<R>): readonly R[] => {
    const all = this.all();
    const known = this.#answers.get(predicate);
    if (known?.of === all) return known.rows;
    const found = all.filter(predicate);
    const rows = known !== undefined && sameRows(known.rows, found) ? known.rows : Object.freeze(found);
    this.#answers.set(predicate, { of: all, rows });
    return rows;
  };

  /** `listener` is called once after each step that changed a row of this table. Returns the way to end it. */
  readonly subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** `listener` is called once after each step that changed this row, its coming and going included. */
  readonly subscribeRow = (key: string, listener: Listener): (() => void) => {
    const listeners = this.#rowListeners.get(key) ?? new Set();
    this.#rowListeners.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#rowListeners.get(key) === listeners) this.#rowListeners.delete(key);
    };
  };

  /** Forgets the old answer; returns whom to tell. */
  changed(changes: ReadonlyMap<string, Change>): Listener[] {
    this.#all = undefined;
    const told = [...this.#listeners];
    for (const [key, listeners] of this.#rowListeners) if (changes.has(key)) told.push(...listeners);
    return told;
  }

  #rows(): ReadonlyMap<string, R> {
    // What columns a table has is the rules' to say; a caller names the type it expects.
    return this.#store.rows(this.#name) as ReadonlyMap<string, R>;
  }
}

function sameRows(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((row, index) => row === b[index]);
}
