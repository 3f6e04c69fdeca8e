import { LIMITS } from '@elira/protocol';
import { isUnsent, type PendingList, type PendingMutation } from './pending-mutation.ts';

/** Bytes of a request beside its mutations, and the commas between them. */
export const BRACKETS_BYTES = 2;

/**
 * Which mutations go into the next request: the first that waits of each lane, as many as fit. Only one of a lane, since an outcome
 * that is not known would otherwise let the next overtake it. Mutations without a lane each are their own. Those that the server did
 * not know what to do with come last, so that they hold up no other.
 */
export function chooseMutations(list: PendingList, now: number, most: number = LIMITS.mutationsPerRequest): PendingMutation[] {
  const heads = new Map<string, PendingMutation>();
  for (const one of list) if (isUnsent(one) && !heads.has(one.lane)) heads.set(one.lane, one);
  const due = [...heads.values()].filter(({ state, notBefore }) => state === 'waiting' && notBefore <= now);
  const chosen: PendingMutation[] = [];
  let bytes = BRACKETS_BYTES;
  for (const one of due.toSorted((a, b) => a.failures - b.failures)) {
    if (chosen.length === most) break;
    // A comma for each but the first.
    const wanted = one.bytes + (chosen.length === 0 ? 0 : 1);
    if (bytes + wanted > LIMITS.mutationBytes) continue;
    bytes += wanted;
    chosen.push(one);
  }
  return chosen;
}

/** When the next mutation that was put off is due, if any. */
export function nextDue(list: PendingList, now: number): number | undefined {
  const due = list.filter(({ state, notBefore }) => state === 'waiting' && notBefore > now).map(({ notBefore }) => notBefore);
  return due.length === 0 ? undefined : Math.min(...due);
}
