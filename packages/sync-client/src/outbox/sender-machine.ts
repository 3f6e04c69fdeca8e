import { LIMITS } from '@elira/protocol';
import { backoffMs } from '../connect/backoff.ts';
import type { ClientProblem } from '../connect/client-problem.ts';

/**
 * When waiting mutations are sent. Pure, like the machine of the stream beside it.
 *
 *   off ── start ──▶ ready ── sending ──▶ busy ── over: answered ──▶ ready
 *    ▲                 ▲                   ├──── over: failed ─────▶ resting ── timer, wake ──▶ ready
 *    └── stop, from    └── start ──────────┴──── over: signed-out ─▶ signed-out
 *        any state
 *
 * Promises: one request at a time; whatever fails is tried again, for ever, after 250 ms to 5 s; a session that ended is waited for,
 * not tried. A request that the server fails on as a whole is cut in halves, so that one mutation it cannot stand holds up no other.
 */
export type SenderState =
  | { readonly kind: 'off' }
  | (Going & { readonly kind: 'ready' })
  | (Going & { readonly kind: 'busy' })
  | (Going & { readonly kind: 'resting'; readonly until: number; readonly problem: ClientProblem })
  | { readonly kind: 'signed-out'; readonly problem: ClientProblem };

type Going = {
  /** Requests in a row without answers. */
  readonly failures: number;
  /** Most mutations in the next request. */
  readonly most: number;
};

export type SenderEvent =
  | { readonly kind: 'start' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'timer' }
  /** The network came back, or somebody looks again. */
  | { readonly kind: 'wake' }
  | { readonly kind: 'sending' }
  | { readonly kind: 'answered' }
  | { readonly kind: 'failed'; readonly problem: ClientProblem; readonly retryAfterMs?: number }
  /** The server's own failure, or a request it does not take: smaller ones may pass. */
  | { readonly kind: 'halve'; readonly problem: ClientProblem; readonly sent: number }
  | { readonly kind: 'signed-out'; readonly problem: ClientProblem };

export const OFF: SenderState = { kind: 'off' };
const FRESH: SenderState = { kind: 'ready', failures: 0, most: LIMITS.mutationsPerRequest };

export function afterSender(
  state: SenderState,
  event: SenderEvent,
  around: { readonly now: number; readonly random: number },
): SenderState {
  switch (event.kind) {
    case 'start':
      return state.kind === 'off' || state.kind === 'signed-out' ? FRESH : state;
    case 'stop':
      return OFF;
    case 'timer':
      return state.kind === 'resting' && around.now >= state.until ? ready(state) : state;
    case 'wake':
      // A wait that a server asked for is waited out.
      if (state.kind !== 'resting') return state;
      return state.problem.code === 'unreachable' || around.now >= state.until ? ready(state) : state;
    case 'sending':
      return state.kind === 'ready' ? { ...state, kind: 'busy' } : state;
    case 'answered':
      return state.kind === 'busy'
        ? { kind: 'ready', failures: 0, most: Math.min(LIMITS.mutationsPerRequest, state.most * 2) }
        : state;
    case 'failed': {
      if (state.kind !== 'busy') return state;
      const until = around.now + backoffMs(state.failures, around.random, event.retryAfterMs);
      return { kind: 'resting', failures: state.failures + 1, most: state.most, until, problem: event.problem };
    }
    case 'halve': {
      if (state.kind !== 'busy') return state;
      const until = around.now + backoffMs(0, around.random);
      const most = Math.max(1, Math.floor(event.sent / 2));
      return { kind: 'resting', failures: state.failures, most, until, problem: event.problem };
    }
    case 'signed-out':
      return state.kind === 'busy' ? { kind: 'signed-out', problem: event.problem } : state;
    default:
      return never(event);
  }
}

function ready({ failures, most }: Going): SenderState {
  return { kind: 'ready', failures, most };
}

function never(event: never): never {
  throw new TypeError(`not an event: ${JSON.stringify(event)}`);
}
