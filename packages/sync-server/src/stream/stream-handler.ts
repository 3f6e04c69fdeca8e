import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem, PROTOCOL_VERSION, PROBLEMS, type Hello, type Limits, type ScopeKey } from '@elira/protocol';
import type { ScopeRouter, TableRule } from '@elira/rules';
import { errorFields, type Log } from '../observe/log.ts';
import type { SyncMetrics } from '../observe/sync-metrics.ts';
import type { Reader } from '../read/reader.ts';
import { scopesOf, type Access } from './access.ts';
import { admit, type Authorise } from './admit.ts';
import { makeConnection, type Connection } from './connection.ts';
import { encodeGrant, readCursor } from './cursor-codec.ts';
import { plainFrame } from './frame.ts';
import type { StreamHub } from './hub.ts';
import type { Memberships } from './memberships.ts';
import { resume, type Resumption } from './resume.ts';
import type { Ring } from './ring.ts';
import { httpSink } from './sink.ts';

const RETRY_AFTER_SECONDS = 2;

export type StreamEngine = {
  readonly hub: StreamHub;
  readonly reader: Reader;
  readonly limits: Limits;
  readonly metrics: SyncMetrics;
  readonly router: ScopeRouter;
  readonly memberships: Memberships;
  readonly tableNamed: (name: string) => TableRule | undefined;
  readonly knowsStart: (start: string) => Promise<boolean>;
  readonly ready: () => Problem | undefined;
  readonly log: Log;
};

/** Answers one request for the stream. Framework-agnostic: takes Node's request and response, whose head must not have been sent. */
export async function handleStream(
  request: IncomingMessage,
  response: ServerResponse,
  authorise: Authorise,
  engine: StreamEngine,
): Promise<void> {
  const { hub, limits } = engine;
  let connection: Connection | undefined;
  try {
    if (request.method !== 'GET') throw new Problem('method_not_allowed');
    const problem = engine.ready();
    // The detail is for operators: it names tables and remedies.
    if (problem !== undefined) throw new Problem(problem.code);
    if (hub.size >= limits.connections) throw new Problem('too_many_connections');
    const { wanted, cursorText } = readRequest(request, limits);
    const cursor = cursorText === undefined ? undefined : readCursor(cursorText, hub.identity?.signingKey ?? '');
    if (cursorText !== undefined && cursor === undefined) throw new Problem('cursor_invalid');

    const { access, ring } = await admit(authorise, wanted, engine);
    if (response.destroyed) return;
    connection = enter(access, ring, response, engine);
    const resumption = await resume(connection, { ...engine, cursor, ring });
    greet(connection, resumption, ring, response, engine);
  } catch (error) {
    if (connection !== undefined) hub.remove(connection);
    if (!(error instanceof Problem)) {
      engine.metrics.errors += 1;
      engine.log.error(errorFields(error), 'a stream could not be answered');
    }
    sendProblem(response, error instanceof Problem ? error : new Problem('internal', undefined, { cause: error }));
  }
}

/** Nothing is awaited between `admit` and here. */
function enter(
  access: Access,
  ring: Ring,
  response: ServerResponse,
  { hub, limits }: Pick<StreamEngine, 'hub' | 'limits'>,
): Connection {
  const scopes = scopesOf(access);
  if (scopes.length > limits.scopesPerConnection) throw new Problem('too_many_scopes');
  if ([...(access.wanted ?? [])].some((scope) => !scopes.includes(scope))) throw new Problem('forbidden_scope');
  const { identity } = hub;
  if (identity === undefined) throw new Problem('database_unavailable');
  const grant = encodeGrant(identity.signingKey, ring.head.last.xmax, scopes);
  const connection = makeConnection(access, scopes, grant, httpSink(response));
  const leave = (): void => hub.remove(connection);
  response.on('error', () => {});
  response.once('close', leave);
  response.req.socket.once('close', leave);
  hub.enter(connection);
  return connection;
}

/** Nothing is awaited between `resume` and here: the hello names the scopes as they are. */
function greet(
  connection: Connection,
  resumption: Resumption | undefined,
  ring: Ring,
  response: ServerResponse,
  { hub, limits, metrics }: Pick<StreamEngine, 'hub' | 'limits' | 'metrics'>,
): void {
  const { standing, scopes } = connection;
  if (response.destroyed) return;
  if (standing.kind === 'closed') throw new Problem(standing.code ?? 'database_unavailable');
  const { identity } = hub;
  if (resumption === undefined || identity === undefined) throw new Problem('epoch_changed');
  metrics.resumed[resumption.from] += 1;
  sendHead(response);
  const hello: Hello = {
    protocol: PROTOCOL_VERSION,
    epoch: identity.epoch,
    scopes,
    resumed: resumption.from,
    heartbeatSeconds: limits.heartbeatSeconds,
  };
  connection.sink.send(plainFrame('hello', hello), connection.grant.tail);
  hub.begin(connection, resumption.standing, ring);
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
  limits: Limits,
): { wanted: readonly ScopeKey[]; cursorText: string | undefined } {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const wanted = [...new Set(searchParams.getAll('scope'))] as ScopeKey[];
  if (wanted.length > limits.scopesPerConnection) throw new Problem('too_many_scopes');
  const header = request.headers['last-event-id'];
  const cursorText = typeof header === 'string' && header !== '' ? header : (searchParams.get('cursor') ?? undefined);
  return { wanted, cursorText: cursorText === '' ? undefined : cursorText };
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
