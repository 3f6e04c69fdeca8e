export { SyncProvider, useSyncClient } from './sync-provider.tsx';
export { useRow } from './use-row.ts';
export { useRows, type RowsQuery } from './use-rows.ts';
export { useScopeHeld } from './use-scope-held.ts';
export { useSyncStatus, type SyncStatus } from './use-sync-status.ts';
export { useRealtimeSync, type RealtimeSyncOptions } from './use-realtime-sync.ts';
export { useMutation, type NamedMutator } from './use-mutation.ts';
export { usePending } from './use-pending.ts';
export { useOutbox, type OutboxState } from './use-outbox.ts';
