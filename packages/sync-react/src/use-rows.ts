import { useMemo, useState, useSyncExternalStore } from 'react';
import type { Row } from '@elira/protocol';
import type { TableView } from '@elira/sync-client';
import { useSyncClient } from './sync-provider.tsx';

export type RowsQuery<R extends Row> = {
  /** Columns and the values they must have, or a predicate. Without it, all rows. */
  readonly where?: { readonly [column in keyof R]?: R[column] } | ((row: R) => boolean);
  /** A column (ascending; texts by code unit, as COLLATE "C" does), or a comparison. Without it, in no promised order. */
  readonly orderBy?: (keyof R & string) | ((a: R, b: R) => number);
};

/**
 * The rows of a table that `query` takes. The array stays the same object as long as its rows do, so `query` may be written in
 * place; a predicate in place is asked again on every render, a plain object only when rows or values change.
 */
export function useRows<R extends Row = Row>(table: string, query: RowsQuery<R> = {}): readonly R[] {
  const view = useSyncClient().table<R>(table);
  const { where, orderBy } = query;
  const [asker] = useState(() => new Asker<R>());
  // An object in place is a new one each time; what it says is not.
  const wanted = typeof where === 'object' ? JSON.stringify(where) : where;
  const answer = useMemo(() => asker.ask(view, wanted, orderBy), [asker, view, wanted, orderBy]);
  return useSyncExternalStore(view.subscribe, answer, answer);
}

/** Remembers the last answer of one component, so that the next question may have the same object for an answer. */
class Asker<R extends Row> {
  #last: readonly R[] = NONE;

  ask(
    view: TableView<R>,
    wanted: string | ((row: R) => boolean) | undefined,
    orderBy: RowsQuery<R>['orderBy'],
  ): () => readonly R[] {
    const takes = typeof wanted === 'string' ? matcher(JSON.parse(wanted) as Partial<R>) : wanted;
    let asked: readonly R[] | undefined;
    let found: readonly R[] = NONE;
    return () => {
      const all = view.all();
      if (all === asked) return found;
      asked = all;
      const next = select(all, takes, orderBy);
      found = sameRows(this.#last, next) ? this.#last : next;
      return (this.#last = found);
    };
  }
}

const NONE: readonly never[] = Object.freeze([]);

function select<R extends Row>(
  all: readonly R[],
  takes: ((row: R) => boolean) | undefined,
  orderBy: RowsQuery<R>['orderBy'],
): readonly R[] {
  if (takes === undefined && orderBy === undefined) return all;
  const found = takes === undefined ? [...all] : all.filter(takes);
  if (orderBy === undefined) return found;
  return found.sort(typeof orderBy === 'function' ? orderBy : (a, b) => compare(a[orderBy], b[orderBy]));
}

function matcher<R extends Row>(where: Partial<R>): (row: R) => boolean {
  const columns = Object.entries(where);
  return (row) => columns.every(([column, value]) => row[column] === value);
}

/** Numbers and texts as they are; whatever cannot be compared counts as equal and keeps its place. */
function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== 'string' || typeof b !== 'string' || a === b) return 0;
  return a < b ? -1 : 1;
}

function sameRows(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((row, index) => row === b[index]);
}
