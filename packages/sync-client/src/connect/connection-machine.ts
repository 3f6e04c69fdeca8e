import { LIMITS } from '@elira/protocol';
import { backoffMs } from './backoff.ts';
import { localProblem, type ClientProblem } from './client-problem.ts';

/**
 * When a client connects, waits and gives up. Pure: what happened goes in with the time and a random number, the next state
 * comes out; the driver only carries out what the state says (`connectionOf`, `deadlineOf`).
 *
 *                 start                 greeted                  moved
 *      ┌──────┐ ───────▶ ┌────────────┐ ───────▶ ┌─────────────┐ ───────▶ ┌──────┐ ─┐ moved, heard
 *      │ idle │          │ connecting │          │ catching-up │          │ live │ ◀┘
 *      └──────┘          └────────────┘          └─────────────┘          └──────┘
 *         ▲               ▲   │                        │                     │
 *    stop │  timer, wake, │   │ over, or silent or without a message for too long (any of the three)
 *    from │  turn         │   ▼                        ▼                     ▼
 *     any │          ┌─────────┐ ◀───────────────────────────────────────────┘
 *   state │          │ waiting │         over with the word `stop`, or too many faults
 *         │          └─────────┘                       │
 *         │               ┌─────────┐ ◀────────────────┘
 *         └────────────── │ stopped │ ── start ──▶ connecting
 *                         └─────────┘
 *
 * `turn` leads from each of the three to `connecting` as well. Promises: one connection at a time (an event of another one changes nothing); silence is judged by the age of the last
 * byte, so an open socket and a late timer deceive nobody; waits are bounded both ways.
 */
export type ConnectionState =
  | (Common & { readonly kind: 'idle' })
  | (Common & Going & { readonly kind: 'connecting' })
  | (Common & Going & { readonly kind: 'catching-up' })
  | (Common & Going & { readonly kind: 'live'; readonly since: number })
  | (Common & Trouble & { readonly kind: 'waiting'; readonly until: number; readonly problem: ClientProblem })
  | (Common & { readonly kind: 'stopped'; readonly problem: ClientProblem });

export type ConnectionStatus = ConnectionState['kind'];

type Common = {
  /** Connections opened so far; the current one bears this number. */
  readonly opened: number;
};

type Trouble = {
  /** Failures in a row. */
  readonly failures: number;
  /** Of these, the ones where the stream itself was wrong. */
  readonly faults: number;
  /** The cursor is not to be used. */
  readonly afresh: boolean;
};

type Going = Trouble & {
  /** When the last byte came, or the request was made. */
  readonly heardAt: number;
  /** When something came that leads on: a piece of a message, not only a sign of life. */
  readonly toldAt: number;
};

export type ConnectionEvent =
  | { readonly kind: 'start' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'timer' }
  /** Somebody looks again, or the network came back. */
  | { readonly kind: 'wake' }
  /** The way to the server is another one from now on: what is open is left for a new connection, and nothing has failed. */
  | { readonly kind: 'turn' }
  /** Bytes came, whatever they say. */
  | { readonly kind: 'heard'; readonly connection: number }
  /** They say something, or begin to. */
  | { readonly kind: 'told'; readonly connection: number }
  /** The hello came. */
  | { readonly kind: 'greeted'; readonly connection: number }
  /** A batch or heartbeat moved the cursor. */
  | { readonly kind: 'moved'; readonly connection: number }
  | { readonly kind: 'over'; readonly connection: number; readonly problem: ClientProblem; readonly retryAfterMs?: number };

export type Surroundings = { readonly now: number; readonly random: number; readonly silenceMs?: number };

/** A connection that was live for so many milliseconds clears the count of failures. */
export const STABLE_MS = 10_000;
/** As after so many failures at most waits who was asked to come again: nothing is wrong. */
const ASKED_FAILURES = 1;
/** Faults in a row that are tried again from the same cursor; the ones after are tried afresh. */
export const FAULTS_FROM_CURSOR = 2;
/** Faults in a row after which the client stops: this server and this client do not understand each other. */
export const FAULTS_MOST = 5;
/**
 * Milliseconds in which a connection must say something that leads on. A server promises a heartbeat every few seconds; one that only says
 * that it lives, or a proxy that says it in its place, leaves rows old for ever.
 */
export const STALLED_MS = 60_000;
/** Waits that are guesses about the network; any other wait was asked for, or spares the server. */
const GUESSED: ReadonlySet<string> = new Set(['unreachable', 'closed', 'silent', 'stalled']);
const FAULTS: ReadonlySet<string> = new Set(['malformed_stream', 'batch_too_large', 'scope_missing']);

export const IDLE: ConnectionState = { kind: 'idle', opened: 0 };

export function transition(state: ConnectionState, event: ConnectionEvent, around: Surroundings): ConnectionState {
  switch (event.kind) {
    case 'start':
      return state.kind === 'idle' || state.kind === 'stopped' ? connecting(state.opened, UNTROUBLED, around.now) : state;
    case 'stop':
      return state.kind === 'idle' ? state : { kind: 'idle', opened: state.opened };
    case 'timer':
      return afterTimer(state, around);
    case 'wake':
      return isWaitingForNetwork(state) ? connecting(state.opened, state, around.now) : afterTimer(state, around);
    case 'turn':
      return isGoing(state) || state.kind === 'waiting' ? connecting(state.opened, state, around.now) : state;
    case 'heard':
      return isCurrent(state, event.connection) ? heard(state, around) : state;
    case 'told':
      return isCurrent(state, event.connection) ? { ...state, toldAt: around.now } : state;
    case 'greeted':
      if (!isCurrent(state, event.connection) || state.kind !== 'connecting') return state;
      return { ...state, kind: 'catching-up', heardAt: around.now, toldAt: around.now };
    case 'moved':
      return isCurrent(state, event.connection) ? moved(state, around.now) : state;
    case 'over':
      return isCurrent(state, event.connection) ? over(state, event.problem, around, event.retryAfterMs) : state;
    default:
      return unreachable(event);
  }
}

/** The number of the connection that is to be open now, if any. */
export function connectionOf(state: ConnectionState): number | undefined {
  return isGoing(state) ? state.opened : undefined;
}

/** When a `timer` event is due, if ever. A later one does no harm. */
export function deadlineOf(state: ConnectionState, silenceMs: number = SILENCE_MS): number | undefined {
  if (state.kind === 'waiting') return state.until;
  return isGoing(state) ? Math.min(state.heardAt + silenceMs, state.toldAt + STALLED_MS) : undefined;
}

export const SILENCE_MS = LIMITS.silenceSeconds * 1000;
const UNTROUBLED: Trouble = { failures: 0, faults: 0, afresh: false };

type GoingState = Extract<ConnectionState, Going>;

function isGoing(state: ConnectionState): state is GoingState {
  return state.kind === 'connecting' || state.kind === 'catching-up' || state.kind === 'live';
}

function isWaitingForNetwork(state: ConnectionState): state is Extract<ConnectionState, { readonly kind: 'waiting' }> {
  return state.kind === 'waiting' && GUESSED.has(state.problem.code);
}

function isCurrent(state: ConnectionState, connection: number): state is GoingState {
  return isGoing(state) && state.opened === connection;
}

function connecting(opened: number, { failures, faults, afresh }: Trouble, now: number): ConnectionState {
  return { kind: 'connecting', opened: opened + 1, failures, faults, afresh, heardAt: now, toldAt: now };
}

/** What lay in the socket while nobody looked (a page that was frozen, a machine that slept) is as old as the silence before it. */
function heard(state: GoingState, around: Surroundings): ConnectionState {
  return around.now - state.heardAt < (around.silenceMs ?? SILENCE_MS)
    ? { ...state, heardAt: around.now }
    : afterTimer(state, around);
}

function moved(state: GoingState, now: number): ConnectionState {
  switch (state.kind) {
    case 'connecting':
      return state;
    case 'catching-up':
      return { ...state, kind: 'live', afresh: false, heardAt: now, toldAt: now, since: now };
    case 'live': {
      const calm = now - state.since >= STABLE_MS;
      return { ...state, ...(calm ? { failures: 0, faults: 0 } : {}), heardAt: now, toldAt: now };
    }
    default:
      return unreachable(state);
  }
}

function afterTimer(state: ConnectionState, around: Surroundings): ConnectionState {
  const deadline = deadlineOf(state, around.silenceMs);
  if (deadline === undefined || around.now < deadline) return state;
  if (state.kind === 'waiting') return connecting(state.opened, state, around.now);
  if (!isGoing(state)) return state;
  const seconds = (since: number): number => Math.round((around.now - since) / 1000);
  const isSilent = around.now >= state.heardAt + (around.silenceMs ?? SILENCE_MS);
  const problem = isSilent
    ? localProblem('silent', `no byte for ${seconds(state.heardAt)} s`)
    : localProblem('stalled', `no message for ${seconds(state.toldAt)} s`);
  return over(state, problem, around);
}

function over(state: GoingState, problem: ClientProblem, around: Surroundings, retryAfterMs?: number): ConnectionState {
  const calm = state.kind === 'live' && around.now - state.since >= STABLE_MS;
  const failures = calm ? 0 : state.failures;
  const isAsked = problem.client === 'reconnect';
  const faults = (calm ? 0 : state.faults) + (FAULTS.has(problem.code) ? 1 : 0);
  if (problem.client === 'stop' || faults >= FAULTS_MOST) return { kind: 'stopped', opened: state.opened, problem };
  return {
    kind: 'waiting',
    opened: state.opened,
    failures: isAsked && state.kind === 'live' ? failures : failures + 1,
    faults,
    afresh: state.afresh || problem.client === 'restart' || faults > FAULTS_FROM_CURSOR,
    until: around.now + backoffMs(isAsked ? Math.min(failures, ASKED_FAILURES) : failures, around.random, retryAfterMs),
    problem,
  };
}

function unreachable(value: never): never {
  throw new TypeError(`not a state or event: ${JSON.stringify(value)}`);
}
