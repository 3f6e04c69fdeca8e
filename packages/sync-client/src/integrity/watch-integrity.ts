import { LIMITS } from '@elira/protocol';
import { localProblem, type ClientProblem } from '../connect/client-problem.ts';
import type { SyncClient } from '../sync-client.ts';
import { checkRows, type CheckOutcome } from './check-rows.ts';
import { postCheck } from './post-check.ts';

/** How a client's rows were found when they were last compared with the database. */
export type IntegrityState = {
  /** Milliseconds since 1970; undefined before the first check that could be made. */
  readonly checkedAt: number | undefined;
  /** Since this page was opened: checks that found something wrong, and the rows they mended. */
  readonly faults: number;
  readonly rowsMended: number;
  readonly lastFaultAt: number | undefined;
};

export type IntegrityWatch = {
  /** The same object until it changes. */
  readonly state: () => IntegrityState;
  readonly subscribe: (listener: () => void) => () => void;
  /** Checks now. One at a time: who asks meanwhile gets the same answer. Never rejects. */
  readonly check: () => Promise<CheckOutcome>;
  readonly stop: () => void;
};

export type IntegrityOptions = {
  /** The whole address, e.g. `https://example.org/api/sync/integrity`. */
  readonly url: string;
  readonly headers?: () => Record<string, string> | Promise<Record<string, string>>;
  readonly fetch?: typeof fetch;
  /** Milliseconds between two checks, on average; five minutes unless told. */
  readonly everyMs?: number;
  /** A number in [0, 1): so that a thousand clients do not ask in one moment. */
  readonly random?: () => number;
  /** Whether anybody looks; nothing is checked while nobody does. */
  readonly isHidden?: () => boolean;
  readonly wallClock?: () => number;
  /** Told of rows that were found wrong (`rows_differed`). */
  readonly onProblem?: (problem: ClientProblem) => void;
};

/** Parts of the period: the first check, which also finds what was kept badly; a further one; and one that had to be put off. */
const FIRST = { from: 0.1, spread: 0.2 };
const NEXT = { from: 0.75, spread: 0.5 };
const PUT_OFF = { from: 0.1, spread: 0.1 };

/**
 * Has the rows of a client compared with the database every few minutes, while it is live and somebody looks, and what is wrong mended.
 * It costs a request of a few bytes for each row; a row that is wrong is sent alone.
 */
export function watchIntegrity(client: SyncClient, options: IntegrityOptions): IntegrityWatch {
  const { everyMs = LIMITS.checkSeconds * 1000, random = Math.random, wallClock = Date.now } = options;
  const listeners = new Set<() => void>();
  const abort = new AbortController();
  let state: IntegrityState = { checkedAt: undefined, faults: 0, rowsMended: 0, lastFaultAt: undefined };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let underway: Promise<CheckOutcome> | undefined;

  const plan = ({ from, spread }: typeof FIRST): void => {
    clearTimeout(timer);
    if (!abort.signal.aborted) timer = setTimeout(ring, everyMs * (from + spread * random()));
  };
  const ring = (): void => {
    if (client.status !== 'live' || options.isHidden?.() === true) plan(PUT_OFF);
    else void check().then(() => plan(NEXT));
  };
  const note = (outcome: CheckOutcome): void => {
    if (!('rowsMended' in outcome)) return;
    const { rowsMended } = outcome;
    const checkedAt = wallClock();
    state =
      rowsMended === 0
        ? { ...state, checkedAt }
        : { checkedAt, faults: state.faults + 1, rowsMended: state.rowsMended + rowsMended, lastFaultAt: checkedAt };
    if (rowsMended > 0) options.onProblem?.(localProblem('rows_differed', `${rowsMended} rows were mended`));
    const told = [...listeners];
    for (const listener of told) listener();
  };
  const run = async (): Promise<CheckOutcome> => {
    const { url, headers = () => ({}) } = options;
    try {
      const outcome = await checkRows(client.store, (request) =>
        postCheck({
          fetch: options.fetch ?? fetch,
          url,
          headers: () => Promise.resolve(headers()),
          request,
          signal: abort.signal,
        }),
      );
      note(outcome);
      return outcome;
    } catch (error) {
      const problem = localProblem('callback_failed', undefined, error);
      options.onProblem?.(problem);
      return { problem };
    }
  };
  const check = (): Promise<CheckOutcome> => (underway ??= run().finally(() => (underway = undefined)));

  plan(FIRST);
  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    check,
    stop() {
      clearTimeout(timer);
      abort.abort();
    },
  };
}
