export { createSyncClient, SyncClient, type SyncClientOptions } from './sync-client.ts';
export { LOCAL_PROBLEMS, type ClientProblem, type ClientWord, type LocalCode } from './connect/client-problem.ts';
export type { ConnectionStatus } from './connect/connection-machine.ts';
export { EventStreamParser, type RawEvent } from './connect/event-stream-parser.ts';
export { decodeMessage } from './ingest/decode-message.ts';
export { RowStore, type Change, type Commit } from './store/row-store.ts';
export type { StoreDump } from './store/store-dump.ts';
export { TableView } from './view/table-view.ts';
export { View } from './view/view.ts';
