import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '@elira/protocol';
import type { SyncEngine, Viewer as StreamViewer } from '@elira/sync-server';
import { described } from './api-description.ts';
import type { OperatorToken } from './operator-token.ts';
import { isOperator, type WhoAsks } from './request-viewer.ts';
import { STREAM, WEB_SOCKET } from './stream-descriptions.ts';
import { streamViewer } from './stream-viewer.ts';

/**
 * The stream of changes (docs/protocol.md): `GET /api/sync/stream` as server-sent events, `/api/sync/ws` over a WebSocket. Who asks is found
 * out when the engine says so; the bare request and what it came by belong to it.
 */
export function registerStreamRoute(
  app: FastifyInstance,
  { engine, token, whoAsks }: { readonly engine: SyncEngine; readonly token: OperatorToken; readonly whoAsks: WhoAsks },
): void {
  const viewer = streamViewer(whoAsks);
  const authorise =
    ({ headers }: FastifyRequest) =>
    (): Promise<StreamViewer> =>
      viewer(headers);
  app.get('/api/sync/stream', { exposeHeadRoute: false, ...described(STREAM) }, (request, reply) => {
    // A wrong token is answered as everywhere, header and all.
    isOperator(request.headers, token);
    reply.hijack();
    engine.handleStream(request.raw, reply.raw, authorise(request));
  });

  const upgrades = new WeakMap<IncomingMessage, { readonly socket: Duplex; readonly head: Buffer }>();
  app.get('/api/sync/ws', { exposeHeadRoute: false, ...described(WEB_SOCKET) }, (request, reply) => {
    isOperator(request.headers, token);
    const upgrade = upgrades.get(request.raw);
    if (upgrade === undefined) throw new Problem('invalid_request', 'Connect here with a WebSocket.');
    reply.hijack();
    engine.handleWebSocket(request.raw, upgrade.socket, upgrade.head, authorise(request));
  });
  // Through the same door as every request: its origin is looked at, and whatever is no address of ours is answered as always.
  app.server.on('upgrade', (request, socket, head) => {
    upgrades.set(request, { socket, head });
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    // Of a server that listens this is the connection's own socket.
    response.assignSocket(request.socket);
    response.once('finish', () => socket.end());
    socket.on('error', () => socket.destroy());
    app.routing(request, response);
  });
}
