import type { FastifyInstance } from 'fastify';
import type { SyncEngine } from '@elira/sync-server';
import type { ViewerLabel } from '../health/sync-metrics.ts';
import { getSyncScope } from '../rules.ts';
import { isAdmin } from '../viewer.ts';
import type { OperatorToken } from './operator-token.ts';
import { isOperator, type WhoAsks } from './request-viewer.ts';

/** The stream of changes (docs/protocol.md). Who asks is found out when the engine says so; the bare request and response belong to it. */
export function registerStreamRoute(
  app: FastifyInstance,
  { engine, token, whoAsks }: { readonly engine: SyncEngine; readonly token: OperatorToken; readonly whoAsks: WhoAsks },
): void {
  app.get('/api/sync/stream', { exposeHeadRoute: false }, (request, reply) => {
    // A wrong token is answered as everywhere, header and all.
    isOperator(request.headers, token);
    reply.hijack();
    engine.handleStream(request.raw, reply.raw, async () => {
      const { viewer, session } = await whoAsks(request.headers);
      const scopes = getSyncScope(viewer);
      const label: ViewerLabel = isAdmin(viewer) ? 'admin' : 'user';
      if (session === undefined) return { scopes, label };
      const restsOn = [
        { table: 'users', key: session.user.id },
        { table: 'sessions', key: session.id },
      ];
      return { scopes, label, user: session.user.id, restsOn, expiresAt: session.expiresAt };
    });
  });
}
