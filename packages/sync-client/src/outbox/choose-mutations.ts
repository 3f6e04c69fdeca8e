import { LIMITS } from '@elira/protocol';
import type { PendingList, PendingMutation } from './pending-mutation.ts';

/** Bytes of a request beside its mutations, and the commas between them. */
export const BRACKETS_BYTES = 2;

/**
 * Which mutations go into the next request: the first that waits of each lane, as many as fit. Only one of a lane, since an outcome
 * that is not known would otherwise let the next overtake it. Mutations without a lane each are their own.
 */
export function chooseMutations(list: PendingList, now: number, most: number = LIMITS.mutationsPerRequest): PendingMutation[] {
  const taken = new Set<string>();
  const chosen: PendingMutation[] = [];
  let bytes = BRACKETS_BYTES;
  for (const one of list) {
    if (chosen.length === most) break;
    if (one.state === 'answered' || one.state === 'refused' || taken.has(one.lane)) continue;
    taken.add(one.lane);
    // A comma for each but the first.
    const wanted = one.bytes + (chosen.length === 0 ? 0 : 1);
    if (one.state === 'sending' || one.notBefore > now || bytes + wanted > LIMITS.mutationBytes) continue;
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
