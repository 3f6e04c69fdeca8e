export { captureSql, syncSchemaSql } from './capture/capture-sql.ts';
export { verifyCapture, type CaptureFault } from './capture/verify-capture.ts';
export type { Log } from './observe/log.ts';
export type { SyncMetrics } from './observe/sync-metrics.ts';
export type { Viewer } from './stream/access.ts';
export { createSyncEngine, type Health, type SyncEngine, type SyncEngineOptions } from './sync-engine.ts';
export { readMutations } from './write/check-mutation.ts';
export { makeWriteDoor, type WriteDoor } from './write/write-door.ts';
export type { FlushedAnswer, FlushRow, Ledger, LedgerAnswer, WriteDoorOptions } from './write/write-options.ts';
