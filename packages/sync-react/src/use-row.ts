import { useCallback, useSyncExternalStore } from 'react';
import type { Row } from '@elira/protocol';
import { useSyncClient } from './sync-provider.tsx';

/** One row of a table, undefined while it is not held. `R` is what the caller expects its columns to be. */
export function useRow<R extends Row = Row>(table: string, key: string | undefined): R | undefined {
  const view = useSyncClient().table<R>(table);
  const subscribe = useCallback(
    (listener: () => void) => (key === undefined ? noChange : view.subscribeRow(key, listener)),
    [view, key],
  );
  const row = (): R | undefined => (key === undefined ? undefined : view.get(key));
  return useSyncExternalStore(subscribe, row, row);
}

function noChange(): void {
  // A row without a key never comes.
}
