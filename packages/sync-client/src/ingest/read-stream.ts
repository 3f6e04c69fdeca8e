import type { ScopeKey, StreamMessage } from '@elira/protocol';
import { localProblem, StreamFault, type ClientProblem } from '../connect/client-problem.ts';
import type { Clock } from '../connect/clock.ts';
import type { ConnectionEars, ConnectionEnd } from '../connect/connection-driver.ts';
import { EventStreamParser } from '../connect/event-stream-parser.ts';
import { decodeMessage } from './decode-message.ts';
import { ingest, NEW_SESSION, type ReadyBatch, type Session } from './stream-session.ts';

/** What moves a store, or takes scopes from it at once. `told`: rows came, not only a position. */
export type StoreStep =
  | { readonly kind: 'apply'; readonly batch: ReadyBatch; readonly told: boolean }
  | { readonly kind: 'withdraw'; readonly scopes: readonly ScopeKey[] };

/** What a way to the rows tells. */
export type StepEars = ConnectionEars & {
  /** Takes it in, or throws StreamFault with nothing changed. */
  readonly step: (step: StoreStep) => void;
};

/** One connection, whichever way it goes: resolves with the reason why it ended. Rejects only with what its ears throw. */
export type Way = (ears: StepEars) => Promise<ConnectionEnd>;

export type ReadStream = {
  readonly now: Clock;
  /** Whether the request carried a cursor. */
  readonly resuming: boolean;
  readonly isHeld: (scope: ScopeKey) => boolean;
  readonly onBytes: (chunk: Uint8Array) => void;
  readonly onMessage: (message: StreamMessage, bytes: number) => void;
  /** Opens the stream and hands its bytes on. */
  readonly open: (onChunk: (chunk: Uint8Array) => void) => Promise<ConnectionEnd>;
};

/** One stream of bytes, read to its end: what it says goes to `ears` step by step, in order, and stops with it. Never rejects. */
export async function readStream(ears: StepEars, { open, ...reading }: ReadStream): Promise<ConnectionEnd> {
  const { now, resuming, isHeld, onBytes, onMessage } = reading;
  const parser = new EventStreamParser();
  let session: Session = NEW_SESSION;
  const take = (message: StreamMessage, bytes: number): void => {
    const [next, step] = ingest(session, message, { bytes, resuming, now: now(), isHeld });
    session = next;
    if (step.kind === 'greeted') ears.greeted();
    if (step.kind === 'leave') throw new Left(step.problem);
    if (step.kind === 'withdraw') {
      ears.step(step);
      ears.withdrew();
    }
    if (step.kind !== 'apply') return;
    ears.step({ ...step, told: message.event === 'batch' });
    ears.moved();
  };
  const onChunk = (chunk: Uint8Array): void => {
    onBytes(chunk);
    if (!ears.heard()) return;
    for (const raw of parser.push(chunk)) {
      if (ears.signal.aborted) return;
      const message = decodeMessage(raw);
      if (message === undefined) continue;
      onMessage(message, raw.bytes);
      // Whoever was told of it may have ended it.
      if (ears.signal.aborted) return;
      take(message, raw.bytes);
      // A heartbeat leads on when it moves the cursor, and else only says that the server lives.
      if (message.event !== 'heartbeat') ears.told();
    }
    if (parser.isGathering) ears.told();
  };
  try {
    return await open(onChunk);
  } catch (error) {
    return { problem: endOf(error) };
  }
}

/** The stream gives the reason why it is to be left. */
class Left extends Error {
  readonly problem: ClientProblem;

  constructor(problem: ClientProblem) {
    super(problem.title);
    this.problem = problem;
  }
}

/** What an error that came up while a connection was read says of it. */
export function endOf(error: unknown): ClientProblem {
  if (error instanceof Left) return error.problem;
  if (error instanceof StreamFault) return localProblem(error.code, error.message);
  return localProblem('malformed_stream', 'the client failed on it', error);
}
