import { useSyncExternalStore } from 'react';
import { useSyncClient } from './sync-provider.tsx';

/** Whether a row shows what this user wrote and the server may not have yet. For screens that say so beside it. */
export function usePending(table: string, key: string | undefined): boolean {
  const { view } = useSyncClient();
  const pending = (): boolean => key !== undefined && view.isPending(table, key);
  return useSyncExternalStore(view.subscribePending, pending, pending);
}
