import { localProblem, type ClientProblem } from '../connect/client-problem.ts';
import type { Clock } from '../connect/clock.ts';
import type { RowStore } from '../store/row-store.ts';
import type { KeptRow, OfflineStore, RowsStep } from './offline-store.ts';

/** Milliseconds that changes are gathered before they are kept, and that a cursor which moved alone may wait. */
export const KEEP_MS = { rows: 200, cursor: 30_000 } as const;
/** Milliseconds after a failure before it is tried again; doubled with each, up to the second. */
export const KEEP_AGAIN_MS = { first: 30_000, most: 600_000 } as const;

export type RowKeeperOptions = {
  readonly store: RowStore;
  readonly offline: OfflineStore;
  readonly now: Clock;
  readonly onProblem: (problem: ClientProblem) => void;
};

/**
 * Keeps the rows of a store on the device. In: what each step of the store wrote. Out: the changed rows of several steps, with the cursor
 * they lead to and the mutations they settle, in one step. The promise: what is kept is at any time the state of one cursor, and a step that fails is not skipped.
 * Of several tabs one keeps its rows.
 */
export class RowKeeper {
  readonly #options: RowKeeperOptions;
  readonly #changes = new Map<string, KeptRow>();
  readonly #settled = new Set<string>();
  #lock: AbortController | undefined;
  #isMine = false;
  #isWhole = false;
  #isDirty = false;
  #isRecording = false;
  #failures = 0;
  #timer: { readonly handle: ReturnType<typeof setTimeout>; readonly at: number } | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(options: RowKeeperOptions) {
    this.#options = options;
  }

  /** `kept` is the cursor that the device has. What changes while it is stopped is kept when it goes on. */
  start(kept: string | undefined): void {
    if (this.#lock !== undefined) return;
    const { store, offline } = this.#options;
    if (!this.#isRecording) this.#isWhole = this.#isDirty = store.cursor !== kept;
    this.#isRecording = true;
    const lock = new AbortController();
    this.#lock = lock;
    store.record((writes) => {
      for (const one of writes) this.#changes.set(JSON.stringify([one.scope, one.table, one.key]), one);
      this.#isDirty = true;
      this.#plan(writes.length > 0 ? KEEP_MS.rows : KEEP_MS.cursor);
    });
    offline
      .alone('rows', lock.signal, async () => {
        this.#isMine = true;
        if (this.#isDirty) this.#plan(KEEP_MS.rows);
        await new Promise<void>((resolve) => lock.signal.addEventListener('abort', () => resolve(), { once: true }));
      })
      // Stopped while another tab keeps its rows.
      .catch(() => undefined);
  }

  /** The outcome of these mutations is in the rows as they are now; they go from the device in the step that keeps those. */
  settle(ids: readonly string[]): void {
    for (const id of ids) this.#settled.add(id);
    this.#isDirty = true;
    this.#plan(KEEP_MS.rows);
  }

  /** What the device had is gone. */
  keepAnew(): void {
    this.#isWhole = this.#isDirty = true;
    // What failed, failed on what is gone.
    this.#failures = 0;
    this.#clearTimer();
    this.#plan(KEEP_MS.rows);
  }

  /** Keeps what is still to be kept, and no more. */
  async stop(): Promise<void> {
    this.#clearTimer();
    if (this.#isMine && this.#isDirty) this.#begin();
    await this.#saving;
    this.#release();
  }

  /** Keeps no more, from now on. */
  async abandon(): Promise<void> {
    this.#options.store.record(undefined);
    this.#clearTimer();
    this.#release();
    await this.#saving;
  }

  #release(): void {
    this.#lock?.abort();
    this.#lock = undefined;
    this.#isMine = false;
  }

  #plan(ms: number): void {
    if (!this.#isMine) return;
    const at = this.#options.now() + (this.#failures > 0 ? again(this.#failures) : ms);
    if (this.#timer !== undefined && (this.#timer.at <= at || this.#failures > 0)) return;
    this.#clearTimer();
    this.#timer = { handle: setTimeout(() => this.#begin(), at - this.#options.now()), at };
  }

  #clearTimer(): void {
    clearTimeout(this.#timer?.handle);
    this.#timer = undefined;
  }

  #begin(): void {
    this.#clearTimer();
    this.#saving = this.#saving.then(() => this.#save());
  }

  /** Never rejects. */
  async #save(): Promise<void> {
    if (!this.#isMine || !this.#isDirty) return;
    const { offline, onProblem } = this.#options;
    const [changes, step] = [[...this.#changes], this.#step()];
    this.#changes.clear();
    this.#settled.clear();
    this.#isDirty = false;
    try {
      const result = await offline.saveRows(step);
      this.#failures = 0;
      this.#isWhole = false;
      if (result === 'saved') return;
      for (const id of step.settled) this.#settled.add(id);
      this.#isDirty = true;
      // Another tab was here. Whoever holds the lock begins anew; without locks the one that came last goes on.
      if (offline.isExclusive) this.#isWhole = true;
      else this.#release();
    } catch (error) {
      for (const id of step.settled) this.#settled.add(id);
      for (const [key, row] of changes) if (!this.#changes.has(key)) this.#changes.set(key, row);
      this.#isWhole ||= step.whole;
      this.#isDirty = true;
      this.#failures += 1;
      onProblem(localProblem('offline_failed', 'what changed is in memory only for now', error));
    }
    this.#plan(KEEP_MS.rows);
  }

  #step(): RowsStep {
    const { store, now } = this.#options;
    const { cursor, epoch, freshAt } = store;
    return {
      whole: this.#isWhole,
      rows: this.#isWhole ? allRows(store) : [...this.#changes.values()],
      settled: [...this.#settled],
      cursor,
      epoch,
      scopes: store.scopes(),
      freshAt: freshAt === undefined ? undefined : Date.now() - Math.max(0, now() - freshAt),
    };
  }
}

function allRows(store: RowStore): KeptRow[] {
  return store
    .scopes()
    .flatMap((scope) =>
      [...(store.dump(scope) ?? [])].flatMap(([table, rows]) => [...rows].map(([key, row]) => ({ scope, table, key, row }))),
    );
}

function again(failures: number): number {
  return Math.min(KEEP_AGAIN_MS.most, KEEP_AGAIN_MS.first * 2 ** (failures - 1));
}
