import type { MutationAnswer } from '@elira/rules';
import { localProblem, type ClientProblem } from '../connect/client-problem.ts';
import type { KeptMutation, OfflineStore, TabNews } from '../offline/offline-store.ts';
import type { PendingList, PendingMutation } from './pending-mutation.ts';

export type OutboxKeeperOptions = {
  readonly offline: OfflineStore | undefined;
  readonly userId: string;
  readonly onProblem: (problem: ClientProblem) => void;
  readonly onKept: () => void;
};

const NONE: PendingList = [];
/** Milliseconds that another tab may be sending before this one sends as well. */
const TURN_MS = 30_000;

/**
 * Keeps the list of pending mutations on the device and in step with other tabs. In: what each step changed. Out: writes,
 * one after the other. The promise: what cannot be kept is reported and kept with the next, and everything goes on in memory.
 */
export class OutboxKeeper {
  readonly #offline: OfflineStore | undefined;
  readonly #userId: string;
  readonly #onProblem: (problem: ClientProblem) => void;
  readonly #onKept: () => void;
  /** What is in this tab's memory alone. */
  readonly #unkept = new Set<string>();
  #queue: Promise<void> = Promise.resolve();
  #stopHearing: (() => void) | undefined;
  #isClosed = false;
  #isBroken = false;

  /** `onKept` is called when another answer to `isKept` may be due. */
  constructor({ offline, userId, onProblem, onKept }: OutboxKeeperOptions) {
    this.#offline = offline;
    this.#userId = userId;
    this.#onProblem = onProblem;
    this.#onKept = onKept;
  }

  /** Whether these are on the device, or on their way there, and the device kept what it last was given. */
  isKept(list: PendingList): boolean {
    return this.#offline !== undefined && !this.#isBroken && this.unkept(list).length === 0;
  }

  unkept(list: PendingList): PendingList {
    return this.#unkept.size === 0 ? NONE : list.filter(({ id }) => this.#unkept.has(id));
  }

  /** The device could not even be opened. */
  failed(): void {
    this.#isBroken = true;
    this.#onKept();
  }

  keep(changed: PendingList, dropped: PendingList): void {
    const offline = this.#offline;
    if (offline === undefined || this.#isClosed) return;
    if (changed.length > 0) this.#then(() => this.#put(offline, changed));
    if (dropped.length > 0) this.#then(() => offline.removeMutations(dropped.map(({ id }) => id)));
  }

  /** Other tabs are told when it is kept; what could not be kept is this tab's alone. */
  tell(news: TabNews): void {
    const offline = this.#offline;
    const id = news.kind === 'made' ? news.mutation.id : undefined;
    if (offline !== undefined) this.#then(async () => void ((id !== undefined && this.#unkept.has(id)) || offline.tell(news)));
  }

  hear(listener: (news: TabNews) => void): void {
    this.#stopHearing ??= this.#offline?.hear(listener);
  }

  async alone(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    if (this.#offline === undefined) return work();
    const turn = new AbortController();
    const giveUp = (): void => turn.abort();
    // A tab that stands still with the lock in its hands is not waited for: sending twice does no harm.
    const timer = setTimeout(giveUp, TURN_MS);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await this.#offline.alone('send', turn.signal, async () => {
        clearTimeout(timer);
        await work();
        await this.idle();
      });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
    }
  }

  /** What other tabs got as answers to these mutations of theirs: one that is kept no longer was applied. */
  async answersOf(theirs: PendingList): Promise<MutationAnswer[]> {
    try {
      const kept = new Map((await this.#offline?.readMutations())?.map((one) => [one.id, one]));
      return theirs.flatMap(({ id }) => answerOf(id, kept.get(id)) ?? []);
    } catch (error) {
      // Then they are sent from here as well, which does no harm.
      this.#report(error);
      return [];
    }
  }

  async idle(): Promise<void> {
    await this.#queue;
  }

  /** Nothing is kept or told any more. */
  close(): void {
    this.#isClosed = true;
    this.#stopHearing?.();
  }

  async #put(offline: OfflineStore, changed: PendingList): Promise<void> {
    const wasBroken = this.#isBroken;
    try {
      await offline.putMutations(changed.map((one) => keptOf(one, this.#userId)));
      for (const { id } of changed) this.#unkept.delete(id);
      this.#isBroken = false;
    } catch (error) {
      for (const { id } of changed) this.#unkept.add(id);
      this.#isBroken = true;
      this.#report(error);
    }
    if (wasBroken !== this.#isBroken) this.#onKept();
  }

  #then(write: () => Promise<void>): void {
    this.#queue = this.#queue.then(() => (this.#isClosed ? undefined : write())).catch((error: unknown) => this.#report(error));
  }

  #report(error: unknown): void {
    this.#onProblem(localProblem('offline_failed', 'what waits to be sent is kept in memory only', error));
  }
}

export function pendingOf({ id, name, args, lane, madeAt, state, problem }: KeptMutation, now: number): PendingMutation {
  const bytes = new TextEncoder().encode(JSON.stringify({ id, name, args })).length;
  const of = { id, name, args, lane, madeAt, bytes, state, failures: 0, notBefore: 0, elsewhere: true };
  return { ...of, ...(problem === undefined ? {} : { problem }), ...(state === 'answered' ? { answeredAt: now } : {}) };
}

function keptOf(one: PendingMutation, userId: string): KeptMutation {
  const { id, name, args, lane, madeAt, problem } = one;
  return { id, userId, name, args, lane, madeAt, state: keptState(one), ...(problem === undefined ? {} : { problem }) };
}

/** What was on its way when a tab was closed is waiting. */
export function keptState({ state }: PendingMutation): KeptMutation['state'] {
  return state === 'sending' ? 'waiting' : state;
}

function answerOf(id: string, kept: KeptMutation | undefined): MutationAnswer | undefined {
  if (kept === undefined || kept.state === 'answered') return { id, status: 'applied', result: undefined };
  return kept.state === 'refused' && kept.problem !== undefined ? { id, status: 'refused', problem: kept.problem } : undefined;
}
