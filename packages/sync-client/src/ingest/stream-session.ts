import { LIMITS, PROTOCOL_VERSION, type Hello, type ScopeDelta, type ScopeKey, type StreamMessage } from '@elira/protocol';
import { answeredProblem, localProblem, type ClientProblem } from '../connect/client-problem.ts';

/**
 * One connection's messages become steps for the store.
 *
 * In: messages, in order, with their sizes. Out: at most one step each. The promise: a batch comes out whole, with every
 * part before it, or not at all; and the cursor never moves past rows that are still to come. Pure: a session is a value,
 * thrown away with its connection.
 */
export type Session = {
  readonly hello: Hello | undefined;
  /** Whether this connection's first batch or heartbeat was applied. */
  readonly settled: boolean;
  /** Lines of the batch that is being gathered. */
  readonly parts: readonly (readonly ScopeDelta[])[];
  readonly bytes: number;
  /** When its first piece came. */
  readonly since: number;
  /** Scopes that were withdrawn while it was gathered: nothing of them in this batch is shown. */
  readonly muted: ReadonlySet<ScopeKey>;
  /** Scopes that were withdrawn on this connection and not gained again. */
  readonly withdrawn: ReadonlySet<ScopeKey>;
};

export type ReadyBatch = {
  readonly cursor: string;
  readonly epoch: string;
  readonly deltas: readonly ScopeDelta[];
  /** With the first step of a connection: the scopes it holds. Others are dropped; after a snapshot all are replaced. */
  readonly holds?: { readonly scopes: readonly ScopeKey[]; readonly snapshot: boolean };
  /** The rows are known to be the database's at this time of the client's clock, or later; undefined: nobody knows. */
  readonly freshAt: number | undefined;
};

export type Step =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'greeted' }
  | { readonly kind: 'apply'; readonly batch: ReadyBatch }
  | { readonly kind: 'withdraw'; readonly scopes: readonly ScopeKey[] }
  | { readonly kind: 'leave'; readonly problem: ClientProblem };

export type SessionContext = {
  /** Bytes of this message on the wire. */
  readonly bytes: number;
  readonly now: number;
  readonly isHeld: (scope: ScopeKey) => boolean;
  /** Whether the request carried a cursor. */
  readonly resuming: boolean;
  readonly batchBytes?: number;
};

export const NEW_SESSION: Session = {
  hello: undefined,
  settled: false,
  parts: [],
  bytes: 0,
  since: 0,
  muted: new Set(),
  withdrawn: new Set(),
};

const NOTHING: Step = { kind: 'nothing' };

export function ingest(session: Session, message: StreamMessage, context: SessionContext): readonly [Session, Step] {
  if (message.event === 'goodbye') return [session, { kind: 'leave', problem: goodbye(message.data) }];
  if (message.event === 'hello') return greet(session, message.data, context);
  const { hello } = session;
  if (hello === undefined) return leave(session, 'malformed_stream', `a ${message.event} came before the hello`);
  switch (message.event) {
    case 'part':
      return gather(session, message.data, context);
    case 'batch': {
      const [gathered, step] = gather(session, message.data, context);
      return step.kind === 'leave' ? [gathered, step] : complete(gathered, hello, message);
    }
    case 'withdraw':
      return withdraw(session, message.data.scopes);
    case 'heartbeat':
      return beat(session, hello, message.id, context.now - message.data.ageMs, context);
    default:
      return never(message);
  }
}

function greet(session: Session, hello: Hello, context: SessionContext): readonly [Session, Step] {
  if (hello.protocol !== PROTOCOL_VERSION) {
    return leave(
      session,
      'protocol_unsupported',
      `the server speaks version ${hello.protocol}, this client ${PROTOCOL_VERSION}`,
    );
  }
  if (session.hello !== undefined) return leave(session, 'malformed_stream', 'a second hello came');
  if (!context.resuming && hello.resumed !== 'snapshot') return leave(session, 'malformed_stream', 'resumed without a cursor');
  return [{ ...session, hello }, { kind: 'greeted' }];
}

function gather(session: Session, deltas: readonly ScopeDelta[], context: SessionContext): readonly [Session, Step] {
  const limit = context.batchBytes ?? LIMITS.batchBytes;
  const bytes = session.bytes + context.bytes;
  if (bytes > limit) return leave(session, 'batch_too_large', `a batch is longer than ${limit} bytes`);
  const since = session.parts.length === 0 ? context.now : session.since;
  return [{ ...session, parts: [...session.parts, deltas], bytes, since }, NOTHING];
}

function complete(
  session: Session,
  hello: Hello,
  { id: cursor, ageMs = 0 }: Extract<StreamMessage, { readonly event: 'batch' }>,
): readonly [Session, Step] {
  const withdrawn = new Set(session.withdrawn);
  const deltas = session.parts.flat().filter((delta) => {
    if (session.muted.has(delta.scope)) return false;
    if (delta.reset === true) withdrawn.delete(delta.scope);
    return !withdrawn.has(delta.scope);
  });
  return settle({ ...session, withdrawn }, hello, { cursor, epoch: hello.epoch, deltas, freshAt: session.since - ageMs });
}

/** A heartbeat vouches for rows that are here; while some are still awaited it shows only that the connection lives. */
function beat(
  session: Session,
  hello: Hello,
  cursor: string,
  freshAt: number,
  context: SessionContext,
): readonly [Session, Step] {
  const awaited =
    !session.settled && heldScopes(session, hello).some((scope) => hello.resumed === 'snapshot' || !context.isHeld(scope));
  if (awaited || session.parts.length > 0) return [session, NOTHING];
  return settle(session, hello, { cursor, epoch: hello.epoch, deltas: [], freshAt });
}

function settle(session: Session, hello: Hello, batch: ReadyBatch): readonly [Session, Step] {
  const holds = { scopes: heldScopes(session, hello), snapshot: hello.resumed === 'snapshot' };
  const next: Session = { ...session, settled: true, parts: [], bytes: 0, muted: NEW_SESSION.muted };
  return [next, { kind: 'apply', batch: session.settled ? batch : { ...batch, holds } }];
}

function heldScopes(session: Session, hello: Hello): readonly ScopeKey[] {
  return hello.scopes.filter((scope) => !session.withdrawn.has(scope) && !session.muted.has(scope));
}

function withdraw(session: Session, scopes: readonly ScopeKey[]): readonly [Session, Step] {
  const withdrawn = new Set([...session.withdrawn, ...scopes]);
  const muted = session.parts.length === 0 ? session.muted : new Set([...session.muted, ...scopes]);
  if (withdrawn.size > 2 * LIMITS.scopesPerConnection)
    return leave(session, 'malformed_stream', 'more scopes were withdrawn than can be held');
  return [
    { ...session, withdrawn, muted },
    { kind: 'withdraw', scopes },
  ];
}

function goodbye({ status, ...document }: { readonly status: unknown }): ClientProblem {
  return answeredProblem(typeof status === 'number' ? status : 503, document);
}

function leave(session: Session, code: Parameters<typeof localProblem>[0], detail: string): readonly [Session, Step] {
  return [session, { kind: 'leave', problem: localProblem(code, detail) }];
}

function never(message: never): never {
  throw new TypeError(`not a message: ${JSON.stringify(message)}`);
}
