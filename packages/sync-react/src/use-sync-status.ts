import { useMemo, useSyncExternalStore } from 'react';
import type { ClientProblem, ConnectionStatus, SyncClient } from '@elira/sync-client';
import { useSyncClient } from './sync-provider.tsx';

export type SyncStatus = {
  readonly connection: ConnectionStatus;
  /** Why it waits or stopped. */
  readonly problem: ClientProblem | undefined;
  /** Whole seconds since the rows were last known to be the database's; undefined while that is recent, and before the first rows. */
  readonly staleSeconds: number | undefined;
  /** Whether any rows are here at all. */
  readonly hasRows: boolean;
};

/** Milliseconds between two looks at the clock. Looking asks nobody. */
const LOOK_MS = 1000;
/** Two heartbeats may be missed before anything is said. */
const STALE_AFTER_MS = 12_000;

/** How fresh what is shown is. A component is drawn again only when the answer changes: not at all while all is well. */
export function useSyncStatus({ staleAfterMs = STALE_AFTER_MS }: { readonly staleAfterMs?: number } = {}): SyncStatus {
  const client = useSyncClient();
  const [subscribe, answer] = useMemo(
    () => [looking(client), remembered(client, staleAfterMs)] as const,
    [client, staleAfterMs],
  );
  return useSyncExternalStore(subscribe, answer, answer);
}

function looking(client: SyncClient): (listener: () => void) => () => void {
  return (listener) => {
    const timer = setInterval(listener, LOOK_MS);
    const ends = [client.subscribeStatus(listener), client.store.subscribe(listener)];
    return () => {
      clearInterval(timer);
      for (const end of ends) end();
    };
  };
}

function remembered(client: SyncClient, staleAfterMs: number): () => SyncStatus {
  let last: SyncStatus | undefined;
  return () => {
    const { ageMs, problem, status: connection } = client;
    const staleSeconds = ageMs === undefined || ageMs <= staleAfterMs ? undefined : Math.floor(ageMs / 1000);
    const next: SyncStatus = { connection, problem, staleSeconds, hasRows: hasRows(client) };
    return (last = last !== undefined && sameStatus(last, next) ? last : next);
  };
}

/** A cursor without a scope: somebody who may see nothing, and is shown that. */
function hasRows({ cursor, store }: SyncClient): boolean {
  return cursor !== undefined || store.scopes().length > 0;
}

function sameStatus(a: SyncStatus, b: SyncStatus): boolean {
  return (
    a.connection === b.connection && a.problem === b.problem && a.staleSeconds === b.staleSeconds && a.hasRows === b.hasRows
  );
}
