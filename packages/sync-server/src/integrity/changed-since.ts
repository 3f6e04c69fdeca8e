import { contains, makePosition, type Position, type ScopeKey } from '@elira/protocol';
import type { ScopeRouter } from '@elira/rules';
import type { ChangeWindow } from '../read/change-window.ts';
import type { Ring } from '../stream/ring.ts';

/** Whether a row may have changed, or anything may have happened to it, since some position. */
export type MayHaveChanged = (table: string, key: string) => boolean;

/** A position that both contain: the older one, or where none is told to be (one was rounded down), one below both. Pure. */
export function olderOf(a: Position, b: Position): Position {
  if (contains(b, a)) return a;
  if (contains(a, b)) return b;
  const xmin = a.xmin < b.xmin ? a.xmin : b.xmin;
  return makePosition(xmin, xmin, []);
}

/** As far as the ring knows, in one scope; undefined where it does not reach back so far. */
export function changedInRing(
  ring: Ring,
  since: Position,
  scope: ScopeKey,
  router: Pick<ScopeRouter, 'feeds'>,
): MayHaveChanged | undefined {
  const edge = ring.latestContainedIn(since);
  if (edge === undefined) return undefined;
  if (ring.since(edge.index).some(({ reload }) => [...reload].some((table) => router.feeds(table, scope)))) return () => true;
  const changes = ring.collapse(scope, edge.index);
  return (table, key) => {
    const ofTable = changes.get(table);
    return ofTable !== undefined && (ofTable.puts.has(key) || ofTable.drops.has(key));
  };
}

/** By what was read of the change index. */
export function changedInWindow(
  { changes }: Pick<ChangeWindow, 'changes'>,
  router: Pick<ScopeRouter, 'table'>,
): MayHaveChanged {
  const rows = new Set<string>();
  const whole = new Set<string>();
  for (const { tableId, key } of changes) {
    const name = router.table(tableId)?.name;
    if (name === undefined) continue;
    if (key === undefined) whole.add(name);
    else rows.add(JSON.stringify([name, key]));
  }
  return (table, key) => whole.has(table) || rows.has(JSON.stringify([table, key]));
}
