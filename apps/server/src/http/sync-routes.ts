import type { FastifyInstance } from 'fastify';
import type { SyncEngine } from '@elira/sync-server';
import type { AppPool } from '../database/app-pool.ts';
import { registerMetricsRoutes } from '../health/metrics-routes.ts';
import { registerMutationRoute } from '../write/mutation-route.ts';
import type { Door } from './door.ts';
import { registerConnectionsRoute } from '../explain/connections-route.ts';
import { registerIntegrityRoute } from './integrity-route.ts';
import type { OperatorToken } from './operator-token.ts';
import type { WhoAsks } from './request-viewer.ts';
import { registerStreamRoute } from './stream-route.ts';

/** Everything under /api/sync: what is followed, what is written, and how it goes. */
export function registerSyncRoutes(
  app: FastifyInstance,
  parts: {
    readonly pool: AppPool;
    readonly engine: SyncEngine;
    readonly token: OperatorToken;
    readonly whoAsks: WhoAsks;
    readonly door: Door;
  },
): void {
  registerMetricsRoutes(app, parts);
  registerStreamRoute(app, parts);
  registerConnectionsRoute(app, parts);
  registerIntegrityRoute(app, parts);
  registerMutationRoute(app, parts.door);
}
