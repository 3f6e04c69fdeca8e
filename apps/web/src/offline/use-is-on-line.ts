import { useSyncExternalStore } from 'react';

/** What the browser says of its network. No is certain; yes says little. */
export function useIsOnLine(): boolean {
  return useSyncExternalStore(subscribe, isOnLine);
}

export function isOnLine(): boolean {
  return navigator.onLine;
}

export function subscribe(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}
