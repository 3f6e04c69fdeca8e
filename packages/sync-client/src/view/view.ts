import type { Row } from '@elira/protocol';
import type { Commit, RowStore } from '../store/row-store.ts';
import { TableView } from './table-view.ts';

/**
 * What screens read: tables that are all at the same cursor. In: commits of the store. Out: calls of the listeners
 * concerned, after every table knows the new state, each once. A listener that throws is reported and stops no other.
 */
export class View {
  readonly #store: RowStore;
  readonly #tables = new Map<string, TableView>();

  constructor(store: RowStore, onError: (error: unknown) => void) {
    this.#store = store;
    store.subscribe((commit) => this.#tell(commit, onError));
  }

  /** A table by its name on the wire. `R` is what the caller expects its rows to be; nothing checks it. */
  table<R extends Row = Row>(name: string): TableView<R> {
    let table = this.#tables.get(name);
    if (table === undefined) this.#tables.set(name, (table = new TableView(this.#store, name)));
    return table as unknown as TableView<R>;
  }

  /** Milliseconds since the rows were last known to be the database's; undefined before the first batch. */
  ageMs(now: number): number | undefined {
    const { freshAt } = this.#store;
    return freshAt === undefined ? undefined : Math.max(0, now - freshAt);
  }

  #tell({ changes }: Commit, onError: (error: unknown) => void): void {
    const told = [...changes].flatMap(([name, keys]) => this.#tables.get(name)?.changed(keys) ?? []);
    for (const listener of new Set(told)) {
      try {
        listener();
      } catch (error) {
        onError(error);
      }
    }
  }
}
