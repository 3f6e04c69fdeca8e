import type { FastifyInstance } from 'fastify';
import type { SyncEngine } from '@elira/sync-server';
import { getSyncScope } from '../rules.ts';
import type { OperatorToken } from './operator-token.ts';
import { requestViewer } from './request-viewer.ts';

/** The stream of changes (docs/protocol.md). Fastify decides who asks; the bare request and response then belong to the engine. */
export function registerStreamRoute(
  app: FastifyInstance,
  { engine, token }: { readonly engine: SyncEngine; readonly token: OperatorToken },
): void {
  app.get('/api/sync/stream', { exposeHeadRoute: false }, (request, reply) => {
    const viewer = requestViewer(request.headers, token);
    reply.hijack();
    engine.handleStream(request.raw, reply.raw, () => ({ scopes: getSyncScope(viewer) }));
  });
}
