import { useCallback, useSyncExternalStore } from 'react';
import type { ScopeKey } from '@elira/protocol';
import { useSyncClient } from './sync-provider.tsx';

/** Whether a scope's rows are here: false while they are under way, after a withdrawal, and for a scope one may not see. */
export function useScopeHeld(scope: ScopeKey): boolean {
  const { store } = useSyncClient();
  const held = (): boolean => store.holds(scope);
  const subscribe = useCallback((listener: () => void) => store.subscribe(listener), [store]);
  return useSyncExternalStore(subscribe, held, held);
}
