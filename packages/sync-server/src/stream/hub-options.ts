import type { Limits, Position } from '@elira/protocol';
import type { ScopeRouter } from '@elira/rules';
import type { Log } from '../observe/log.ts';
import type { SyncMetrics } from '../observe/sync-metrics.ts';
import type { Identity } from '../read/read-session.ts';
import type { Reader } from '../read/reader.ts';
import type { RoutedWindow } from '../route/route-window.ts';
import type { ConnectionSet } from './connection-set.ts';
import type { ScopeSnapshots } from './scope-snapshots.ts';

/** What lies between a cursor, or a position that it contains, and now; or that it lies too far back. */
export type CatchUp = 'snapshot' | { readonly to: Position; readonly routed: RoutedWindow };

/** What the hub needs of the other stages. */
export type HubOptions = {
  /** Those that are open; kept by the hub. */
  readonly connections: ConnectionSet;
  readonly limits: Limits;
  readonly router: ScopeRouter;
  readonly snapshots: ScopeSnapshots;
  readonly reader: () => Reader;
  readonly catchUp: (from: Position, identity: Identity) => Promise<CatchUp>;
  readonly metrics: SyncMetrics;
  readonly log: Log;
  readonly onCursor: ((cursor: string, position: Position) => void) | undefined;
};
