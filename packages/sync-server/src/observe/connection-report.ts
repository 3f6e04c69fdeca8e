import { formatPosition, type ScopeKey } from '@elira/protocol';
import type { Connection } from '../stream/connection.ts';
import type { Ring } from '../stream/ring.ts';

/** What an open connection holds, and what it was sent of one row as far as the ring reaches back. */
export type ConnectionReport = {
  /** `live`: its client holds the state at `position`. */
  readonly standing: Connection['standing']['kind'];
  readonly position: string;
  readonly scopes: readonly string[];
  /** Bytes that wait in its socket. */
  readonly waiting: number;
  readonly label?: string | undefined;
  /** The last change of the row in each scope that it holds; none: unchanged since the ring begins, or never there. */
  readonly row: readonly { readonly scope: string; readonly what: 'put' | 'drop' | 'reload'; readonly batchesAgo: number }[];
};

/** Pure. `tableId`: undefined where the table is none of the rules'. */
export function connectionReport(
  { standing, scopes, sink, access }: Connection,
  ring: Ring,
  row: { readonly table: string; readonly tableId: number | undefined; readonly key: string },
  feeds: (tableId: number, scope: ScopeKey) => boolean,
): ConnectionReport {
  const batches = ring.since(ring.oldest).toReversed();
  const told = scopes.flatMap((scope) => {
    const batchesAgo = batches.findIndex((batch) => whatOf(batch, scope) !== undefined);
    const batch = batches[batchesAgo];
    const what = batch === undefined ? undefined : whatOf(batch, scope);
    return what === undefined ? [] : [{ scope, what, batchesAgo }];
  });
  const position = standing.kind === 'behind' ? standing.position : ring.head.last;
  return {
    standing: standing.kind,
    position: position === undefined ? '' : formatPosition(position),
    scopes,
    waiting: sink.waiting(),
    label: access.label,
    row: told,
  };

  function whatOf(batch: ReturnType<Ring['since']>[number], scope: ScopeKey): 'put' | 'drop' | 'reload' | undefined {
    const changes = batch.scopes.get(scope)?.get(row.table);
    if (changes?.puts.has(row.key) === true) return 'put';
    if (changes?.drops.has(row.key) === true) return 'drop';
    return row.tableId !== undefined && batch.reload.has(row.tableId) && feeds(row.tableId, scope) ? 'reload' : undefined;
  }
}
