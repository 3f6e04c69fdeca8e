import type { IncomingMessage } from 'node:http';
import { Problem, PROTOCOL_VERSION, type Hello, type Limits, type ScopeKey } from '@elira/protocol';
import type { ScopeRouter, TableRule } from '@elira/rules';
import { errorFields, type Log } from '../observe/log.ts';
import type { SyncMetrics } from '../observe/sync-metrics.ts';
import type { Reader } from '../read/reader.ts';
import { scopesOf, type Access } from './access.ts';
import { admit, type Authorise } from './admit.ts';
import type { Arrivals } from './arrivals.ts';
import { makeConnection, type Connection } from './connection.ts';
import { encodeGrant, readCursor } from './cursor-codec.ts';
import { ROWS, type Dialect } from './dialect.ts';
import { restsOnFaulty } from './faulty-tables.ts';
import { plainFrame, Tail } from './frame.ts';
import type { StreamHub } from './hub.ts';
import type { Memberships } from './memberships.ts';
import { POLL_SECONDS, pollTransport } from './poll-transport.ts';
import { resume, type Resumption } from './resume.ts';
import type { Ring } from './ring.ts';
import type { Transport } from './transport.ts';

export type StreamEngine = {
  readonly hub: StreamHub;
  readonly reader: Reader;
  readonly limits: Limits;
  readonly metrics: SyncMetrics;
  readonly router: ScopeRouter;
  readonly memberships: Memberships;
  readonly arrivals: Arrivals;
  readonly tableNamed: (name: string) => TableRule | undefined;
  readonly knowsStart: (start: string) => Promise<boolean>;
  readonly ready: () => Problem | undefined;
  /** Tables whose changes may go by unnoticed at the moment: nobody is served what rests on them. */
  readonly faultyTables: () => ReadonlySet<number>;
  /** For `?as=events`; undefined: the application has none. */
  readonly summary: Dialect | undefined;
  readonly log: Log;
};

/** Answers one request for the stream. Framework-agnostic: takes Node's request, and a way back of which nothing has been used yet. */
export async function handleStream(
  request: IncomingMessage,
  transport: Transport,
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
    const { wanted, cursorText, dialect, user, waitSeconds } = readRequest(request, engine);
    const answer = waitSeconds === undefined ? transport : pollTransport(transport, waitSeconds);
    const cursor = cursorText === undefined ? undefined : readCursor(cursorText, hub.identity?.signingKey ?? '');
    // An EventSource cannot be told to forget its cursor: it would give up for good.
    if (cursorText !== undefined && cursor === undefined && dialect === ROWS) throw new Problem('cursor_invalid');

    await engine.arrivals.turn(performance.now());
    if (transport.isGone()) return;
    if (hub.size >= limits.connections) throw new Problem('too_many_connections');
    const { access, ring } = await admit(authorise, wanted, engine);
    // The cookie may have become somebody else's since the client was made.
    if (user !== undefined && user !== access.user) throw new Problem('not_signed_in');
    if (transport.isGone()) return;
    connection = enter(access, { transport: answer, dialect }, engine);
    const resumption = await resume(connection, { cursor, ring }, engine);
    if (transport.isGone()) return;
    greet(connection, { resumption, ring }, answer, engine);
    answer.greeted?.();
  } catch (error) {
    if (connection !== undefined) hub.remove(connection);
    if (!(error instanceof Problem)) {
      engine.metrics.errors += 1;
      engine.log.error(errorFields(error), 'a stream could not be answered');
    }
    transport.refuse(error instanceof Problem ? error : new Problem('internal', undefined, { cause: error }));
  }
}

/** Nothing is awaited between `admit` and here. */
function enter(
  access: Access,
  { transport, dialect }: { readonly transport: Transport; readonly dialect: Dialect },
  { hub, limits, router, faultyTables }: Pick<StreamEngine, 'hub' | 'limits' | 'router' | 'faultyTables'>,
): Connection {
  const scopes = scopesOf(access);
  if (restsOnFaulty({ scopes, access }, faultyTables(), router)) throw new Problem('capture_incomplete');
  if (scopes.length > limits.scopesPerConnection) throw new Problem('too_many_scopes');
  if ([...(access.wanted ?? [])].some((scope) => !scopes.includes(scope))) throw new Problem('forbidden_scope');
  const connection = makeConnection(access, scopes, { sink: transport.sink, dialect });
  transport.whenGone(() => hub.remove(connection));
  hub.enter(connection);
  return connection;
}

/** Nothing is awaited between `resume` and here: the hello names the scopes as they are. */
function greet(
  connection: Connection,
  { resumption, ring }: { readonly resumption: Resumption | undefined; readonly ring: Ring },
  transport: Transport,
  { hub, limits, metrics }: Pick<StreamEngine, 'hub' | 'limits' | 'metrics'>,
): void {
  const { standing, scopes } = connection;
  if (standing.kind === 'closed') throw new Problem(standing.code ?? 'database_unavailable');
  const { identity } = hub;
  if (resumption === undefined || identity === undefined) throw new Problem('epoch_changed');
  metrics.resumed[resumption.from] += 1;
  const kept = resumption.grant?.scopes === scopes ? resumption.grant.text : undefined;
  const grant = kept ?? encodeGrant(identity.signingKey, ring.head.last.xmax, scopes);
  connection.grant = { scopes, tail: new Tail(grant) };
  transport.greet();
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

function readRequest(
  request: IncomingMessage,
  { limits, summary }: Pick<StreamEngine, 'limits' | 'summary'>,
): {
  wanted: readonly ScopeKey[];
  cursorText: string | undefined;
  dialect: Dialect;
  /** Whom the client takes itself for. Decides nothing but whether it is mistaken. */
  user: string | undefined;
  /** It is a poll; see `pollTransport`. */
  waitSeconds: number | undefined;
} {
  const { url = '' } = request;
  const begin = url.indexOf('?');
  const searchParams = new URLSearchParams(begin < 0 ? '' : url.slice(begin));
  const wanted = [...new Set(searchParams.getAll('scope'))] as ScopeKey[];
  if (wanted.length > limits.scopesPerConnection) throw new Problem('too_many_scopes');
  const form = searchParams.get('as');
  const dialect = form === null ? ROWS : form === 'events' ? summary : undefined;
  if (dialect === undefined) throw new Problem('invalid_request', 'There is no such form of the stream.');
  const header = request.headers['last-event-id'];
  const cursorText = typeof header === 'string' && header !== '' ? header : (searchParams.get('cursor') ?? undefined);
  return {
    wanted,
    cursorText: cursorText === '' ? undefined : cursorText,
    dialect,
    user: searchParams.get('user') ?? undefined,
    waitSeconds: readWait(searchParams.get('wait')),
  };
}

function readWait(text: string | null): number | undefined {
  if (text === null) return undefined;
  if (!/^\d{1,2}$/.test(text) || Number(text) > POLL_SECONDS)
    throw new Problem('invalid_request', `\`wait\` is a whole number of seconds, at most ${POLL_SECONDS}.`);
  return Number(text);
}
