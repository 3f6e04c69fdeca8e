import { useMemo, useSyncExternalStore } from 'react';
import type { SyncClient } from '@elira/sync-client';
import { useSyncClient } from '@elira/sync-react';
import { isOnLine, subscribe as subscribeOnLine } from './use-is-on-line.ts';

/**
 * Whether the server cannot be reached, as far as is known: steadier than the connection, which tries again and again meanwhile. Words
 * that depend on it do not flicker.
 */
export function useIsCutOff(): boolean {
  const client = useSyncClient();
  const [subscribe, answer] = useMemo(() => watching(client), [client]);
  return useSyncExternalStore(subscribe, answer, answer);
}

type Watching = readonly [subscribe: (listener: () => void) => () => void, answer: () => boolean];

/** One for all who look at the same client, or those who come later would know less. */
const watched = new WeakMap<SyncClient, Watching>();

function watching(client: SyncClient): Watching {
  const known = watched.get(client);
  if (known !== undefined) return known;
  let isCutOff = false;
  const answer = (): boolean => (isCutOff = isCutOffNow(isCutOff, client.status, isOnLine()));
  const subscribe = (listener: () => void): (() => void) => {
    const ends = [client.subscribeStatus(listener), subscribeOnLine(listener)];
    return () => ends.forEach((end) => end());
  };
  const made: Watching = [subscribe, answer];
  watched.set(client, made);
  return made;
}

/** Pure. Whoever waits, or has no network, is cut off, and stays so until the server is heard again. */
export function isCutOffNow(wasCutOff: boolean, connection: SyncClient['status'], onLine: boolean): boolean {
  switch (connection) {
    case 'live':
    case 'catching-up':
      return false;
    case 'waiting':
      return true;
    case 'connecting':
      return wasCutOff || !onLine;
    case 'idle':
    case 'stopped':
      return wasCutOff;
  }
}
