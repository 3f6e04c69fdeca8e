import type { PendingMutation } from './pending-mutation.ts';

/** What an application is told of a mutation that is not over yet. */
export type OutboxEntry = Pick<PendingMutation, 'id' | 'name' | 'args' | 'lane' | 'madeAt' | 'state' | 'problem'>;

export const NO_ENTRIES: readonly OutboxEntry[] = Object.freeze([]);

export function entryOf({ id, name, args, lane, madeAt, state, problem }: PendingMutation): OutboxEntry {
  return Object.freeze({ id, name, args, lane, madeAt, state, ...(problem === undefined ? {} : { problem }) });
}
