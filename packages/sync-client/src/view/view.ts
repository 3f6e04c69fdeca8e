import type { Row } from '@elira/protocol';
import type { Commit, RowStore } from '../store/row-store.ts';
import { Overlay, type Changes, type Effect } from './overlay.ts';
import { TableView } from './table-view.ts';

/** Where pending mutations come from. */
export type PendingSource = {
  /** What a step of the store settled is taken off; the effects that remain. */
  readonly settle: (commit: Commit) => readonly Effect[];
  /** Called when the step is shown. */
  readonly tell: () => void;
  readonly effectFailed: (id: string, error: unknown) => void;
};

/**
 * What screens read: tables that are all at the same cursor, with what waits to be written laid over them. In: commits of the store,
 * effects of pending mutations. Out: calls of the listeners concerned, after every table knows the new state, each once. A listener
 * that throws is reported and stops no other.
 */
export class View {
  readonly #store: RowStore;
  readonly #overlay: Overlay;
  readonly #onError: (error: unknown) => void;
  readonly #tables = new Map<string, TableView>();
  readonly #markListeners = new Set<() => void>();

  constructor(store: RowStore, onError: (error: unknown) => void, pending?: PendingSource) {
    this.#store = store;
    this.#onError = onError;
    this.#overlay = new Overlay(store, (id, error) => pending?.effectFailed(id, error));
    store.subscribe((commit) => {
      this.show(commit.changes, pending?.settle(commit));
      pending?.tell();
    });
  }

  /**
   * Shows what a step of the store changed, and the effects that are pending after it: both at once, so that an effect gives way to what
   * it foretold without anything in between.
   */
  show(stored: Changes, effects?: readonly Effect[]): void {
    const marks = this.#overlay.marks;
    const changes = this.#overlay.refresh(stored, effects);
    const told = [...changes].flatMap(([name, keys]) => this.#tables.get(name)?.changed(keys) ?? []);
    const marked = this.#overlay.marks === marks ? [] : [...this.#markListeners];
    for (const listener of new Set([...told, ...marked])) {
      try {
        listener();
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  /** Whether a mutation that is not over yet shows in this row, or hides it. */
  isPending(table: string, key: string): boolean {
    return this.#overlay.isPending(table, key);
  }

  /** `listener` is called when rows may have become pending, or are no longer. */
  readonly subscribePending = (listener: () => void): (() => void) => {
    this.#markListeners.add(listener);
    return () => void this.#markListeners.delete(listener);
  };

  /** A table by its name on the wire. `R` is what the caller expects its rows to be; nothing checks it. */
  table<R extends Row = Row>(name: string): TableView<R> {
    let table = this.#tables.get(name);
    if (table === undefined) this.#tables.set(name, (table = new TableView(this.#overlay, name)));
    return table as unknown as TableView<R>;
  }

  /** Milliseconds since the rows were last known to be the database's; undefined before the first batch. */
  ageMs(now: number): number | undefined {
    const { freshAt } = this.#store;
    return freshAt === undefined ? undefined : Math.max(0, now - freshAt);
  }
}
