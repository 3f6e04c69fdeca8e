import type { Row } from '@elira/protocol';
import type { OptimisticChange } from '@elira/rules';
import { freezeValue, sameValue } from '../ingest/freeze-value.ts';
import type { Change } from '../store/row-store.ts';
import { LaidOverRows } from './laid-over-rows.ts';

export type Changes = ReadonlyMap<string, ReadonlyMap<string, Change>>;
export type RowSource = { readonly rows: (table: string) => ReadonlyMap<string, Row> };

/** What one pending mutation shows over the rows as they are shown without it. */
export type Effect = { readonly id: string; readonly changes: (rows: RowSource['rows']) => readonly OptimisticChange[] };

const NO_LAYER: ReadonlyMap<string, Row | null> = new Map();

/**
 * What screens see: the rows of the store with the effects of pending mutations laid over them.
 *
 * In: the store's commits, and the effects, in the order in which the mutations were made. Out: what differs in what is shown. The
 * promise: what is shown is always the present rows with the present effects applied one after the other; an effect that fails shows
 * nothing and spoils no other.
 */
export class Overlay {
  readonly #store: RowSource;
  readonly #onError: (id: string, error: unknown) => void;
  #effects: readonly Effect[] = [];
  #layers = new Map<string, Map<string, Row | null>>();
  /** Tables that an effect looked at or laid something over: only their rows can change what it shows. */
  #touched = new Set<string>();
  readonly #shown = new Map<string, ReadonlyMap<string, Row>>();

  /** `onError` is told what an effect threw, each time that it is tried. */
  constructor(store: RowSource, onError: (id: string, error: unknown) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  /** The rows of a table as they are shown, by key. */
  rows(table: string): ReadonlyMap<string, Row> {
    const layer = this.#layers.get(table);
    if (layer === undefined) return this.#store.rows(table);
    let rows = this.#shown.get(table);
    if (rows === undefined) this.#shown.set(table, (rows = new LaidOverRows(this.#store.rows(table), layer)));
    return rows;
  }

  /** Whether a pending mutation shows in this row, or hides it. */
  isPending(table: string, key: string): boolean {
    return this.#layers.get(table)?.has(key) === true;
  }

  /** Another object whenever rows may have become pending, or are no longer. */
  get marks(): object {
    return this.#layers;
  }

  /** To be called once after each step of the store or of the list of effects. Returns what differs in what is shown. */
  refresh(stored: Changes, effects: readonly Effect[] = this.#effects): Changes {
    const known = this.#effects;
    this.#effects = effects;
    const before = this.#layers;
    const concerned = [...stored.keys()].some((table) => this.#touched.has(table));
    const isLonger = effects.length >= known.length && known.every(({ id }, index) => id === effects[index]?.id);
    if (concerned || !isLonger) this.#lay(effects, new Map(), new Set());
    else if (effects.length > known.length) this.#lay(effects.slice(known.length), new Map(before), this.#touched);
    return before.size === 0 && this.#layers.size === 0 ? stored : this.#differences(stored, before);
  }

  /** Lays effects over `layers`, which are copied before they are changed. */
  #lay(effects: readonly Effect[], layers: Map<string, Map<string, Row | null>>, touched: Set<string>): void {
    const before = this.#layers;
    const own = new Set<string>();
    const views = new Map<string, ReadonlyMap<string, Row>>();
    const layerOf = (table: string): Map<string, Row | null> => {
      const known = layers.get(table);
      if (known !== undefined && own.has(table)) return known;
      const copy = new Map(known);
      own.add(table);
      layers.set(table, copy);
      return copy;
    };
    const rows = (table: string): ReadonlyMap<string, Row> => {
      touched.add(table);
      let view = views.get(table);
      if (view === undefined) views.set(table, (view = new LaidOverRows(this.#store.rows(table), layerOf(table))));
      return view;
    };
    for (const effect of effects) {
      for (const { table, key, row } of this.#changesOf(effect, rows)) {
        const next = row === null ? null : over(rows(table).get(key), row);
        const old = before.get(table)?.get(key);
        touched.add(table);
        // A row that looks as it did keeps its identity.
        layerOf(table).set(key, old !== undefined && sameValue(old, next) ? old : next);
      }
    }
    for (const [table, layer] of layers) if (layer.size === 0) layers.delete(table);
    this.#layers = layers;
    this.#touched = touched;
    this.#shown.clear();
  }

  #changesOf({ id, changes }: Effect, rows: RowSource['rows']): readonly OptimisticChange[] {
    try {
      const laid = changes(rows);
      for (const { table, key, row } of laid) {
        if (typeof table !== 'string' || typeof key !== 'string' || typeof row !== 'object')
          throw new TypeError('an optimistic change needs a table, a key, and a row or null');
      }
      return laid;
    } catch (error) {
      this.#onError(id, error);
      return [];
    }
  }

  #differences(stored: Changes, before: ReadonlyMap<string, ReadonlyMap<string, Row | null>>): Changes {
    const changes = new Map<string, Map<string, Change>>();
    for (const table of new Set([...stored.keys(), ...before.keys(), ...this.#layers.keys()])) {
      const [was, is] = [before.get(table) ?? NO_LAYER, this.#layers.get(table) ?? NO_LAYER];
      const [now, commit] = [this.#store.rows(table), stored.get(table)];
      const different = new Map<string, Change>();
      for (const key of new Set([...(commit?.keys() ?? []), ...was.keys(), ...is.keys()])) {
        const change = commit?.get(key);
        const beforeRow = shown(was.get(key), change === undefined ? now.get(key) : change.before);
        const afterRow = shown(is.get(key), now.get(key));
        if (!sameValue(beforeRow, afterRow)) different.set(key, { before: beforeRow, after: afterRow });
      }
      if (different.size > 0) changes.set(table, different);
    }
    return changes;
  }
}

function shown(laid: Row | null | undefined, row: Row | undefined): Row | undefined {
  return laid === undefined ? row : (laid ?? undefined);
}

function over(row: Row | undefined, columns: Row): Row {
  const laid = { ...row, ...columns };
  freezeValue(laid);
  return laid;
}
