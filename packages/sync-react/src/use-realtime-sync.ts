import { useEffect, useEffectEvent } from 'react';
import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useSyncClient } from './sync-provider.tsx';

export type RealtimeSyncOptions = {
  /** The query keys that a change of these rows of a table concerns. Without it, `[table]`, which covers every key that begins so. */
  readonly queryKeys?: (table: string, keys: readonly string[]) => readonly QueryKey[];
};

/**
 * For applications that fetch with TanStack Query: each batch invalidates the queries whose tables it changed, so they are asked
 * again when, and only when, there is something new. Screens that read rows with `useRows` need no such detour.
 */
export function useRealtimeSync({ queryKeys = byTable }: RealtimeSyncOptions = {}): void {
  const client = useSyncClient();
  const queries = useQueryClient();
  const keysOf = useEffectEvent(queryKeys);
  useEffect(
    () =>
      client.store.subscribe(({ changes }) => {
        const keys = [...changes].flatMap(([table, rows]) => keysOf(table, [...rows.keys()]));
        // Two tables may concern one query; asking it twice at once would cancel the first answer.
        const once = new Map(keys.map((key) => [JSON.stringify(key), key]));
        for (const queryKey of once.values()) void queries.invalidateQueries({ queryKey });
      }),
    [client, queries],
  );
}

function byTable(table: string): readonly QueryKey[] {
  return [[table]];
}
