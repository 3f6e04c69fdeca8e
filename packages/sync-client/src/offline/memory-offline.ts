import type { Kept, KeptMutation, KeptRow, OfflineStore, RowsStep, TabNews } from './offline-store.ts';
import { dumpOf } from './kept-rows.ts';

/** What stands in for a device in Node and in tests: it outlives clients, not the process. Each `tab` is a store of its own on it. */
export class MemoryDevice {
  readonly #users = new Map<string, Disk>();

  tab(userId: string): OfflineStore {
    let disk = this.#users.get(userId);
    if (disk === undefined) this.#users.set(userId, (disk = emptyDisk()));
    return new MemoryOffline(userId, disk);
  }
}

type Disk = {
  rows: Map<string, KeptRow>;
  state: (Omit<RowsStep, 'whole' | 'rows' | 'settled'> & { readonly stamp: object }) | undefined;
  mutations: Map<string, KeptMutation>;
  readonly tabs: Set<(news: TabNews, from: object) => void>;
  readonly turns: Map<string, Promise<void>>;
};

function emptyDisk(): Disk {
  return { rows: new Map(), state: undefined, mutations: new Map(), tabs: new Set(), turns: new Map() };
}

class MemoryOffline implements OfflineStore {
  readonly userId: string;
  readonly isExclusive = true;
  readonly #disk: Disk;
  #stamp: object | undefined;

  constructor(userId: string, disk: Disk) {
    this.userId = userId;
    this.#disk = disk;
  }

  async open(): Promise<Kept> {
    const { state, rows, mutations } = this.#disk;
    this.#stamp = state?.stamp;
    const kept = { mutations: [...mutations.values()] };
    if (state === undefined) return kept;
    return { ...kept, rows: { dump: dumpOf(state, [...rows.values()]), freshAt: state.freshAt } };
  }

  async saveRows({ whole, rows, settled, ...state }: RowsStep): Promise<'saved' | 'overtaken'> {
    const disk = this.#disk;
    if (!whole && disk.state?.stamp !== this.#stamp) return 'overtaken';
    if (whole) disk.rows.clear();
    for (const one of rows) {
      const key = JSON.stringify([one.scope, one.table, one.key]);
      if (one.row === undefined) disk.rows.delete(key);
      else disk.rows.set(key, one);
    }
    for (const id of settled) disk.mutations.delete(id);
    this.#stamp = {};
    disk.state = { ...state, stamp: this.#stamp };
    return 'saved';
  }

  async readMutations(): Promise<readonly KeptMutation[]> {
    return [...this.#disk.mutations.values()];
  }

  async putMutations(mutations: readonly KeptMutation[]): Promise<void> {
    for (const one of mutations) this.#disk.mutations.set(one.id, one);
  }

  async removeMutations(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#disk.mutations.delete(id);
  }

  async wipe(): Promise<void> {
    this.#disk.rows.clear();
    this.#disk.mutations.clear();
    this.#disk.state = undefined;
  }

  close(): void {
    // Nothing is held.
  }

  async alone(name: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    const { turns } = this.#disk;
    const before = turns.get(name) ?? Promise.resolve();
    const turn = before.then(() => {
      signal.throwIfAborted();
      return work();
    });
    turns.set(
      name,
      turn.catch(() => undefined),
    );
    await turn;
  }

  tell(news: TabNews): void {
    const tabs = [...this.#disk.tabs];
    // As a channel does: later, and never to oneself.
    queueMicrotask(() => {
      for (const tab of tabs) tab(news, this);
    });
  }

  hear(listener: (news: TabNews) => void): () => void {
    const tab = (news: TabNews, from: object): void => void (from === this || listener(news));
    this.#disk.tabs.add(tab);
    return () => void this.#disk.tabs.delete(tab);
  }
}
