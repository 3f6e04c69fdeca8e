import { useMemo, useSyncExternalStore } from 'react';
import type { Outbox, OutboxEntry } from '@elira/sync-client';
import { useSyncClient } from './sync-provider.tsx';

export type OutboxState = Pick<
  Outbox,
  'unsent' | 'refused' | 'isKept' | 'hasLost' | 'dismissLoss' | 'problem' | 'dismiss' | 'retry'
> & {
  /** What is not over yet, in the order made. */
  readonly entries: readonly OutboxEntry[];
};

/** What this user wrote that is not over yet: what waits, and what was refused. Drawn again when it changes. */
export function useOutbox(): OutboxState {
  const { outbox } = useSyncClient();
  const state = useMemo(() => remembered(outbox), [outbox]);
  return useSyncExternalStore(outbox.subscribe, state, state);
}

function remembered(outbox: Outbox): () => OutboxState {
  const { dismiss, dismissLoss, retry } = outbox;
  let last: OutboxState | undefined;
  return () => {
    const [entries, { problem, unsent, refused, isKept, hasLost }] = [outbox.list(), outbox];
    if (last?.entries === entries && last.problem === problem && last.isKept === isKept && last.hasLost === hasLost)
      return last;
    return (last = { entries, problem, unsent, refused, isKept, hasLost, dismissLoss, dismiss, retry });
  };
}
