import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem, PROTOCOL_VERSION, PROBLEMS, type Hello, type Limits, type ScopeKey } from '@elira/protocol';
import type { SyncMetrics } from '../observe/sync-metrics.ts';
import type { Reader } from '../read/reader.ts';
import { makeConnection } from './connection.ts';
import { encodeGrant, readCursor } from './cursor-codec.ts';
import { plainFrame } from './frame.ts';
import type { StreamHub } from './hub.ts';
import { resume } from './resume.ts';
import { httpSink } from './sink.ts';

/** Who asks: the scopes that this user may receive, decided by the application from the session, never from the request's parameters. */
export type Viewer = { readonly scopes: readonly ScopeKey[] };

const RETRY_AFTER_SECONDS = 2;

/** Answers one request for the stream. Framework-agnostic: takes Node's request and response, whose head must not have been sent. */
export async function handleStream(
  request: IncomingMessage,
  response: ServerResponse,
  viewer: Viewer,
  engine: {
    readonly hub: StreamHub;
    readonly reader: Reader;
    readonly limits: Limits;
    readonly metrics: SyncMetrics;
    readonly knowsStart: (start: string) => Promise<boolean>;
    readonly ready: () => Problem | undefined;
  },
): Promise<void> {
  try {
    if (request.method !== 'GET') throw new Problem('method_not_allowed');
    const problem = engine.ready();
    // The detail is for operators: it names tables and remedies.
    if (problem !== undefined) throw new Problem(problem.code);
    if (engine.hub.size >= engine.limits.connections) throw new Problem('too_many_connections');
    const { scopes, cursorText } = readRequest(request, viewer, engine.limits);
    const signingKey = engine.hub.identity?.signingKey ?? '';
    const cursor = cursorText === undefined ? undefined : readCursor(cursorText, signingKey);
    if (cursorText !== undefined && cursor === undefined) throw new Problem('cursor_invalid');
    const resumption = await resume({ cursor, scopes, hub: engine.hub, reader: engine.reader, knowsStart: engine.knowsStart });
    const { ring, identity } = engine.hub;
    if (resumption === undefined || ring === undefined || identity === undefined) throw new Problem('database_unavailable');
    if (response.destroyed) return;

    engine.metrics.resumed[resumption.from] += 1;
    sendHead(response);
    const connection = makeConnection(
      scopes,
      encodeGrant(identity.signingKey, ring.head.last.xmax, scopes),
      httpSink(response),
    );
    const hello: Hello = {
      protocol: PROTOCOL_VERSION,
      epoch: identity.epoch,
      scopes,
      resumed: resumption.from,
      heartbeatSeconds: engine.limits.heartbeatSeconds,
    };
    connection.sink.send(plainFrame('hello', hello), connection.tail);
    response.on('error', () => {});
    response.once('close', () => engine.hub.remove(connection));
    request.socket.once('close', () => engine.hub.remove(connection));
    engine.hub.add(connection, resumption.standing);
  } catch (error) {
    sendProblem(response, error instanceof Problem ? error : new Problem('internal', undefined, { cause: error }));
  }
}

/** Sends a problem document; the way every handler of the engine fails. */
export function sendProblem(response: ServerResponse, problem: Problem): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const body = JSON.stringify(problem.toDocument());
  const retry = PROBLEMS[problem.code].client === 'retry' ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {};
  response.writeHead(problem.status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(body),
    ...retry,
  });
  response.end(body);
}

function readRequest(
  request: IncomingMessage,
  viewer: Viewer,
  limits: Limits,
): { scopes: readonly ScopeKey[]; cursorText: string | undefined } {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const wanted = [...new Set(searchParams.getAll('scope'))] as ScopeKey[];
  if (wanted.length > limits.scopesPerConnection || viewer.scopes.length > limits.scopesPerConnection)
    throw new Problem('too_many_scopes');
  if (wanted.some((scope) => !viewer.scopes.includes(scope))) throw new Problem('forbidden_scope');
  const header = request.headers['last-event-id'];
  const cursorText = typeof header === 'string' && header !== '' ? header : (searchParams.get('cursor') ?? undefined);
  return { scopes: wanted.length === 0 ? viewer.scopes : wanted, cursorText: cursorText === '' ? undefined : cursorText };
}

function sendHead(response: ServerResponse): void {
  const { socket, req } = response;
  socket?.setNoDelay(true);
  socket?.setKeepAlive(true);
  socket?.setTimeout(0);
  response.setHeader('content-type', 'text/event-stream; charset=utf-8');
  response.setHeader('cache-control', 'no-store, no-transform');
  response.setHeader('x-accel-buffering', 'no');
  response.setHeader('x-content-type-options', 'nosniff');
  if (req.httpVersion === '1.1') response.setHeader('transfer-encoding', 'chunked');
  response.writeHead(200);
  response.flushHeaders();
}
