import type { ClientProblem } from '../connect/client-problem.ts';
import { goneOn, relationOf, type Places } from './places.ts';
import type { SharedStep, TabMessage, TabWord } from './tab-message.ts';

/**
 * Which tab holds the stream, and what each does on every message. Pure: what happened goes in with the time, the next state and what is to
 * be done come out; `SharedStream` does it.
 *
 *          enter              taken                granted, for it waited or stole
 *   ┌─────┐ ──▶ ┌──────────┐ ──────▶ ┌───────────┐ ────────────▶ ┌─────────┐
 *   │ out │     │ entering │         │ following │               │ leading │
 *   └─────┘     └──────────┘         └───────────┘ ◀──────────── └─────────┘
 *      ▲             │ granted            │          lost: another stole    ▲
 *      │ leave       └────────────────────┼─────────────────────────────────┘
 *      │ from any                         │ a stranger leads, or locks do not work
 *   every state                           ▼
 *                                     ┌───────┐
 *                                     │ apart │  a stream of its own
 *                                     └───────┘
 *
 * Promises: at most one tab holds the lock; a follower takes a leader's steps in their order, each once, from the cursor it joined with, and
 * joins anew where one is missing, and is never taken back to where it has been; a leader is judged by when it was last heard, and is asked before it is replaced.
 */
export type TabState =
  | (Common & { readonly kind: 'out' })
  | (Common & { readonly kind: 'entering' })
  | Leading
  | Following
  | (Common & { readonly kind: 'apart' });

type Common = {
  /** Where this tab's store has been. */
  readonly way: Places;
};

type Leading = Common & {
  readonly kind: 'leading';
  /** Name of this leadership. */
  readonly term: string;
  /** Number of its last step. */
  readonly number: number;
  /** Who follows, and when they were last heard. */
  readonly followers: ReadonlyMap<string, number>;
};

type Following = Common & {
  readonly kind: 'following';
  /** The leadership that is followed; undefined: not known yet. */
  readonly leader: string | undefined;
  /** Number of its last step that was taken; undefined: its answer is awaited. */
  readonly number: number | undefined;
  /** Whether a connection is open: otherwise nothing is taken. */
  readonly isOpen: boolean;
  readonly heardAt: number;
  /** When it was asked whether it is there, since it was last heard, and how often. */
  readonly askedAt: number | undefined;
  readonly asks: number;
  /** When it was last told that this follower is there. */
  readonly saidAt: number;
};

export type TabEvent =
  | { readonly kind: 'enter' }
  | { readonly kind: 'leave' }
  /** What became of the lock. */
  | { readonly kind: 'granted'; readonly term: string }
  | { readonly kind: 'taken' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'failed' }
  /** A follower's connection begins, from this cursor, or is over. */
  | { readonly kind: 'opened'; readonly cursor: string | undefined }
  | { readonly kind: 'closed' }
  /** The leader's store took a step. */
  | { readonly kind: 'stepped' }
  | { readonly kind: 'heard'; readonly message: TabMessage }
  /** Something that is not understood was heard. */
  | { readonly kind: 'strange' }
  | { readonly kind: 'timer' };

export type TabAct =
  | { readonly kind: 'lock'; readonly how: 'if-free' | 'wait' | 'steal' }
  | { readonly kind: 'release' }
  | { readonly kind: 'post'; readonly word: TabWord }
  /** Post what leads from this cursor to where the leader is. */
  | {
      readonly kind: 'answer';
      readonly to: string;
      readonly cursor: string | undefined;
      readonly relation: 'behind' | 'ahead' | 'unknown';
      readonly number: number;
      readonly way: Places;
    }
  /** Post the step that was just taken. */
  | { readonly kind: 'pass-on'; readonly number: number }
  /** Give these to the connection; with `answers`, they are the leader's answer. */
  | {
      readonly kind: 'take';
      readonly steps: readonly SharedStep[];
      readonly at: number;
      readonly live: boolean;
      readonly answers: boolean;
    }
  /** The leader was heard. */
  | { readonly kind: 'hear' }
  /** The connection is over. */
  | { readonly kind: 'end'; readonly problem: ClientProblem }
  /** The client is to connect anew. */
  | { readonly kind: 'turn' }
  /** The client is to look at the age of its connection, or do now what it put off. */
  | { readonly kind: 'look' }
  | { readonly kind: 'wake' };

/** Milliseconds without a word after which a leader is asked, and within which it answers. A server's heartbeat is passed on every five seconds. */
export const ASK_MS = 6000;
export const ANSWER_MS = 3000;
/** Milliseconds over which tabs that miss the same leader are spread. */
export const SPREAD_MS = 2000;
/** Milliseconds between two signs of life of a follower, and without one after which nothing is passed on to it: it would lie there for ever. */
export const SAY_MS = 20_000;
export const FOLLOWER_MS = 60_000;

export type TabStep = readonly [TabState, ...TabAct[]];

export function afterTabEvent(state: TabState, event: TabEvent, now: number, spreadMs = 0): TabStep {
  switch (event.kind) {
    case 'enter':
      return state.kind === 'out'
        ? [
            { kind: 'entering', way: state.way },
            { kind: 'lock', how: 'if-free' },
          ]
        : [state];
    case 'leave':
      return leave(state);
    case 'granted':
      return granted(state, event.term);
    case 'taken':
      return state.kind === 'entering' ? [followNobody(state.way, now), { kind: 'lock', how: 'wait' }] : [state];
    case 'lost':
      return state.kind === 'leading'
        ? [followNobody(wayOf(state), now), { kind: 'lock', how: 'wait' }, { kind: 'turn' }]
        : [state];
    case 'failed':
    case 'strange':
      return goApart(state, event.kind);
    case 'opened':
      return state.kind === 'following' ? join(state, event.cursor, now) : [state];
    case 'closed':
      return [state.kind === 'following' ? { ...state, isOpen: false, number: undefined } : state];
    case 'stepped':
      return state.kind === 'leading' ? stepped(state, now) : [state];
    case 'heard':
      if (state.kind === 'leading') return heardByLeader(state, event.message, now);
      return state.kind === 'following' ? heardByFollower(state, event.message, now) : [state];
    case 'timer':
      return state.kind === 'following' ? watch(state, now, spreadMs) : [state];
    default:
      return never(event);
  }
}

/** When a `timer` is due, if ever. `spreadMs`: by how much this tab is more patient than others, so that not all take the lock at once. */
export function tabDeadline(state: TabState, spreadMs = 0): number | undefined {
  if (state.kind !== 'following') return undefined;
  return state.askedAt === undefined ? state.heardAt + ASK_MS : state.askedAt + ANSWER_MS + spreadMs;
}

/** Where its store has been up to now. A leadership without a step is nowhere new. */
function wayOf(state: TabState): Places {
  return state.kind === 'leading' && state.number > 0
    ? goneOn(state.way, { term: state.term, number: state.number })
    : state.way;
}

function followNobody(way: Places, now: number): Following {
  return {
    kind: 'following',
    way,
    leader: undefined,
    number: undefined,
    isOpen: false,
    heardAt: now,
    askedAt: undefined,
    asks: 0,
    saidAt: now,
  };
}

function leave(state: TabState): TabStep {
  if (state.kind === 'out') return [state];
  const isThere = state.kind === 'leading' || state.kind === 'following';
  return [
    { kind: 'out', way: wayOf(state) },
    ...(isThere ? [{ kind: 'post', word: { kind: 'bye' } } as const] : []),
    { kind: 'release' },
  ];
}

function granted(state: TabState, term: string): TabStep {
  if (state.kind !== 'entering' && state.kind !== 'following') return [state, { kind: 'release' }];
  const leading: TabState = { kind: 'leading', way: state.way, term, number: 0, followers: new Map() };
  const lead: TabAct = { kind: 'post', word: { kind: 'lead' } };
  return state.kind === 'entering' ? [leading, lead] : [leading, lead, { kind: 'turn' }];
}

/** A stranger concerns a follower alone: who leads, or has not begun, is not disturbed by others. */
function goApart(state: TabState, why: 'failed' | 'strange'): TabStep {
  if (state.kind === 'entering' && why === 'failed') return [{ kind: 'apart', way: [] }];
  if (state.kind !== 'following') return [state];
  return [{ kind: 'apart', way: [] }, { kind: 'release' }, { kind: 'turn' }];
}

function join(state: Following, cursor: string | undefined, now: number): TabStep {
  const word: TabWord = { kind: 'join', way: state.way, ...(cursor === undefined ? {} : { cursor }) };
  return [
    { ...state, number: undefined, isOpen: true, saidAt: now },
    { kind: 'post', word },
  ];
}

function stepped(state: Leading, now: number): TabStep {
  const number = state.number + 1;
  const followers = new Map([...state.followers].filter(([, heardAt]) => now - heardAt < FOLLOWER_MS));
  const next: TabState = { ...state, number, followers };
  return followers.size === 0 ? [next] : [next, { kind: 'pass-on', number }];
}

function heardByLeader(state: Leading, message: TabMessage, now: number): TabStep {
  const { number } = state;
  const followers = new Map(state.followers);
  switch (message.kind) {
    case 'join':
      followers.set(message.from, now);
      return [{ ...state, followers }, answer(state, message), { kind: 'look' }];
    case 'ask':
      followers.set(message.from, now);
      return [{ ...state, followers }, { kind: 'post', word: { kind: 'here', to: message.from, number } }, { kind: 'look' }];
    case 'wake':
      return [state, { kind: 'wake' }];
    case 'bye':
      followers.delete(message.from);
      return [{ ...state, followers }];
    default:
      return [state];
  }
}

function answer(state: Leading, { from: to, cursor, way: theirs }: TabMessage & { readonly kind: 'join' }): TabAct {
  const way = wayOf(state);
  return { kind: 'answer', to, cursor, relation: relationOf(theirs, way), number: state.number, way };
}

function heardByFollower(state: Following, message: TabMessage, now: number): TabStep {
  const heard: Following = { ...state, leader: state.leader ?? message.from, heardAt: now, askedAt: undefined, asks: 0 };
  if (message.kind === 'lead') return [{ ...heard, leader: message.from, number: undefined }, { kind: 'turn' }];
  if (message.kind === 'come') return come(state, message, now);
  if (message.kind === 'yours') return [heard, { kind: 'lock', how: 'steal' }];
  if (!LEADERS_WORDS.has(message.kind) || heard.leader !== message.from) return [state];
  switch (message.kind) {
    case 'step':
      return followStep(heard, message, now);
    case 'here': {
      // It had given this follower up, and whatever it has passed on since is lost; or it never heard of it.
      const isBehind = heard.number === undefined ? state.leader === undefined : message.number > heard.number;
      return isBehind ? [heard, { kind: 'hear' }, { kind: 'turn' }] : [heard, { kind: 'hear' }];
    }
    case 'trouble':
      return [heard, { kind: 'end', problem: message.problem }];
    case 'live':
      return heard.number === undefined ? [heard, { kind: 'turn' }] : [heard, { kind: 'hear' }];
    case 'bye':
      return [{ ...heard, leader: undefined }];
    default:
      return [state];
  }
}

const LEADERS_WORDS: ReadonlySet<string> = new Set<TabWord['kind']>(['step', 'here', 'trouble', 'live', 'bye']);

/** An answer that nobody awaits belongs to a connection that is over. */
function come(state: Following, message: TabMessage & { readonly kind: 'come' }, now: number): TabStep {
  if (!state.isOpen || state.number !== undefined) return [state];
  const { from: leader, number, steps, at, live, way } = message;
  const next: Following = { ...state, way, leader, number, heardAt: now, askedAt: undefined, asks: 0 };
  return [next, { kind: 'hear' }, { kind: 'take', steps, at, live, answers: true }];
}

function followStep(state: Following, { number, step, at }: TabMessage & { readonly kind: 'step' }, now: number): TabStep {
  // Before its answer came, what it passes on is either in that answer or comes again.
  if (state.number === undefined || number <= state.number) return [state, { kind: 'hear' }];
  if (number > state.number + 1) return [state, { kind: 'turn' }];
  const isTimeToSay = now - state.saidAt >= SAY_MS;
  const way = state.leader === undefined ? state.way : goneOn(state.way, { term: state.leader, number });
  const next: Following = { ...state, way, number, ...(isTimeToSay ? { saidAt: now } : {}) };
  const say: readonly TabAct[] = isTimeToSay ? [{ kind: 'post', word: { kind: 'ask' } }] : [];
  return [next, { kind: 'hear' }, { kind: 'take', steps: [step], at, live: true, answers: false }, ...say];
}

function watch(state: Following, now: number, spreadMs: number): TabStep {
  const deadline = tabDeadline(state, spreadMs) ?? 0;
  if (now < deadline) return [state];
  const asked: Following = { ...state, askedAt: now, asks: state.asks + 1 };
  // Whoever stood still as well has not yet heard what was answered meanwhile: it asks again, once.
  const isLate = now - deadline >= ANSWER_MS;
  if (state.asks === 0 || (state.asks === 1 && isLate)) return [asked, { kind: 'post', word: { kind: 'ask' } }];
  return [asked, { kind: 'lock', how: 'steal' }];
}

function never(event: never): never {
  throw new TypeError(`not an event: ${JSON.stringify(event)}`);
}
