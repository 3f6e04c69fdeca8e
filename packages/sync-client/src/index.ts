export { createSyncClient, SyncClient, type Lost, type SyncClientOptions } from './sync-client.ts';
export { LOCAL_PROBLEMS, type ClientProblem, type ClientWord, type LocalCode } from './connect/client-problem.ts';
export type { OpenWebSocket, WebSocketLike } from './connect/web-socket-stream.ts';
export { wakeWithPage, type WakingPage } from './connect/wake-with-page.ts';
export type { ConnectionStatus } from './connect/connection-machine.ts';
export { EventStreamParser, type RawEvent } from './connect/event-stream-parser.ts';
export { decodeMessage } from './ingest/decode-message.ts';
export { type CheckOutcome } from './integrity/check-rows.ts';
export {
  watchIntegrity,
  type IntegrityOptions,
  type IntegrityState,
  type IntegrityWatch,
} from './integrity/watch-integrity.ts';
export { RowStore, type Change, type Commit } from './store/row-store.ts';
export type { StoreDump } from './store/store-dump.ts';
export { TableView } from './view/table-view.ts';
export { View } from './view/view.ts';
export type { Changes } from './view/overlay.ts';
export type { Outbox } from './outbox/outbox.ts';
export type { OutboxEntry } from './outbox/outbox-entry.ts';
export type { SentMutation } from './outbox/writing.ts';
export { browserTabs, tabsOf, type Tabs } from './tabs/browser-tabs.ts';
export type { LockWord, TabRoom } from './tabs/tab-room.ts';
export { indexedOffline, type IndexedOfflineOptions, type Locks } from './offline/indexed-offline.ts';
export { MemoryDevice } from './offline/memory-offline.ts';
export type { Kept, KeptMutation, KeptRow, OfflineStore, RowsStep, TabNews } from './offline/offline-store.ts';
