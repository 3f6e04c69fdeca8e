import type { ProblemDocument } from '@elira/protocol';
import type { MutationAnswer } from '@elira/rules';
import { backoffMs } from '../connect/backoff.ts';

/**
 * What became of the mutations that this user made and that are not over yet. Pure: what happened goes in, the next list comes out.
 *
 *            sent                answered: applied              its row in the ledger, or rows fresh enough
 *   waiting ─────▶ sending ─────────────────────▶ answered ─────────────────────────────────────────────▶ gone
 *      ▲              │  │       answered: refused              dismissed, or tried again under a new id
 *      └──────────────┘  └──────────────────────▶ refused  ─────────────────────────────────────────────▶ gone
 *        answered: unknown, or no answer
 *
 * Promises: only an answer, the ledger or the user's own word takes a mutation from the list, and its id never changes. What is asked
 * again is asked under the id that it was first asked under.
 */
export type PendingMutation = {
  readonly id: string;
  readonly name: string;
  /** As sent: JSON. */
  readonly args: unknown;
  readonly lane: string;
  /** As PostgreSQL writes a time. */
  readonly madeAt: string;
  /** Bytes of its JSON on the wire. */
  readonly bytes: number;
  readonly state: 'waiting' | 'sending' | 'answered' | 'refused';
  /** Why it was refused, or why the server did not know when it was last asked. */
  readonly problem?: ProblemDocument;
  /** Time of the client's clock at which it was known to be applied. */
  readonly answeredAt?: number;
  /** What the ledger says while the answer itself is still to come. */
  readonly ledger?: LedgerStatus;
  /** Answers in a row that did not know. */
  readonly failures: number;
  /** Not sent before this time of the client's clock. */
  readonly notBefore: number;
  /** Another tab made it, and may be sending it. */
  readonly elsewhere: boolean;
};

export type LedgerStatus = 'applied' | 'refused';
export type PendingList = readonly PendingMutation[];

export type PendingEvent =
  /** Made here or in another tab, or found on the device. */
  | { readonly kind: 'made'; readonly mutations: PendingList }
  | { readonly kind: 'sent'; readonly ids: ReadonlySet<string> }
  | { readonly kind: 'answered'; readonly answers: readonly MutationAnswer[]; readonly now: number; readonly random: number }
  /** A request ended without answers. */
  | { readonly kind: 'unanswered'; readonly ids: ReadonlySet<string> }
  /** A stream is live anew, perhaps from another version of the server. */
  | { readonly kind: 'reconnected' }
  /** Their rows are in the ledger. */
  | { readonly kind: 'recorded'; readonly statuses: ReadonlyMap<string, LedgerStatus> }
  /** The rows shown hold everything that was known to be applied before this time of the client's clock. */
  | { readonly kind: 'fresh'; readonly since: number }
  | { readonly kind: 'dismissed'; readonly id: string }
  | { readonly kind: 'forgotten' };

export function afterEvent(list: PendingList, event: PendingEvent): PendingList {
  switch (event.kind) {
    case 'made':
      return joined(list, event.mutations);
    case 'sent':
      return changed(list, (one) =>
        one.state === 'waiting' && event.ids.has(one.id) ? { ...one, state: 'sending' as const } : one,
      );
    case 'answered': {
      const answers = new Map(event.answers.map((answer) => [answer.id, answer]));
      return changed(list, (one) => {
        const answer = answers.get(one.id);
        return answer === undefined ? one : answered(one, answer, event);
      });
    }
    case 'unanswered':
      return changed(list, (one) => (event.ids.has(one.id) ? unanswered(one) : one));
    case 'reconnected':
      return changed(list, (one) => (isForAnotherVersion(one) && one.notBefore > 0 ? { ...one, notBefore: 0 } : one));
    case 'recorded':
      return event.statuses.size === 0 ? list : afterRecorded(list, event.statuses);
    case 'fresh':
      return changed(list, (one) =>
        one.state === 'answered' && one.answeredAt !== undefined && one.answeredAt < event.since ? undefined : one,
      );
    case 'dismissed':
      return changed(list, (one) => (one.id === event.id ? undefined : one));
    case 'forgotten':
      return list.length === 0 ? list : [];
    default:
      return never(event);
  }
}

/** Whether its optimistic effect is laid over the rows: not once its outcome is in them, or it is known to have none. */
export function isShown({ state, ledger }: PendingMutation): boolean {
  return state !== 'refused' && ledger === undefined;
}

/** Whether the server may not know of it yet. */
export function isUnsent({ state }: PendingMutation): boolean {
  return state === 'waiting' || state === 'sending';
}

function answered(
  one: PendingMutation,
  answer: MutationAnswer,
  { now, random }: { readonly now: number; readonly random: number },
): PendingMutation | undefined {
  if (one.state === 'refused') return one;
  const { problem: _, ...open } = one;
  switch (answer.status) {
    case 'applied':
      return one.ledger === 'applied' ? undefined : { ...open, state: 'answered', answeredAt: one.answeredAt ?? now };
    case 'refused':
      return { ...one, state: 'refused', problem: answer.problem };
    case 'unknown': {
      const later = { failures: one.failures + 1, notBefore: now + backoffMs(one.failures, random) };
      const back = unanswered(one);
      return back && { ...back, ...later, problem: answer.problem };
    }
    default:
      return never(answer);
  }
}

function unanswered(one: PendingMutation): PendingMutation | undefined {
  if (one.state !== 'sending') return one;
  return one.ledger === 'applied' ? undefined : { ...one, state: 'waiting' };
}

/** A server of another version may know what to do with it. */
function isForAnotherVersion({ state, problem }: PendingMutation): boolean {
  return state === 'waiting' && problem?.code === 'mutation_unknown';
}

/**
 * A lane is applied in the order made. So whatever is in the ledger and was sent from here was applied after what was answered before it in
 * its lane: that is in the rows too, though its own row may never come, being of long ago.
 */
function afterRecorded(list: PendingList, statuses: ReadonlyMap<string, LedgerStatus>): PendingList {
  const last = new Map<string, string>();
  for (const { id, lane, elsewhere } of list) if (statuses.has(id) && !elsewhere) last.set(lane, id);
  return changed(list, (one) => {
    const status = statuses.get(one.id);
    if (status !== undefined) return recorded(one, status);
    return one.state === 'answered' && one.id < (last.get(one.lane) ?? '') ? undefined : one;
  });
}

/** Its answer may be under way and tell more than the ledger; a refusal is asked for again, since only the answer says why. */
function recorded(one: PendingMutation, ledger: LedgerStatus): PendingMutation | undefined {
  if (one.state === 'refused') return one;
  if (ledger === 'refused') return one.state === 'answered' || one.ledger === ledger ? one : { ...one, ledger };
  if (one.state !== 'sending') return undefined;
  return one.ledger === ledger ? one : { ...one, ledger };
}

function joined(list: PendingList, made: PendingList): PendingList {
  const [last, first] = [list.at(-1), made[0]];
  if (made.length === 1 && first !== undefined && (last === undefined || last.id < first.id)) return [...list, first];
  const known = new Set(list.map(({ id }) => id));
  const added = made.filter(({ id }) => !known.has(id));
  return added.length === 0 ? list : [...list, ...added].toSorted(byId);
}

function changed(list: PendingList, next: (one: PendingMutation) => PendingMutation | undefined): PendingList {
  let same = true;
  const after = list.flatMap((one) => {
    const other = next(one);
    same &&= other === one;
    return other === undefined ? [] : [other];
  });
  return same ? list : after;
}

function byId(a: PendingMutation, b: PendingMutation): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

function never(value: never): never {
  throw new TypeError(`not an event or answer: ${JSON.stringify(value)}`);
}
