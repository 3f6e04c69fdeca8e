import { keptState } from './outbox-keeper.ts';
import type { PendingList } from './pending-mutation.ts';

/** Those of one list that the next does not hold any more. */
export function missing(before: PendingList, after: PendingList): PendingList {
  const held = new Set(after.map(({ id }) => id));
  return before.filter(({ id }) => !held.has(id));
}

/** Those whose state on the device is another. */
export function changedOf(before: PendingList, after: PendingList): PendingList {
  const known = new Map(before.map((one) => [one.id, keptState(one)]));
  return after.filter((one) => known.get(one.id) !== keptState(one));
}
