import type { Clock } from '../connect/clock.ts';
import type { ClientProblem } from '../connect/client-problem.ts';
import { chooseMutations, nextDue } from './choose-mutations.ts';
import type { PendingList, PendingMutation } from './pending-mutation.ts';
import type { SendOutcome } from './post-mutations.ts';
import { afterSender, OFF, type SenderEvent, type SenderState } from './sender-machine.ts';

/** What the sender needs of what surrounds it. */
export type SenderSurroundings = {
  readonly now: Clock;
  readonly random: () => number;
  readonly list: () => PendingList;
  /** Called with what is on its way, and with what became of it. */
  readonly onSent: (sent: readonly PendingMutation[]) => void;
  readonly onOutcome: (sent: readonly PendingMutation[], outcome: SendOutcome) => void;
  readonly onProblem: (problem: ClientProblem) => void;
  /** Sends once. Never rejects. */
  readonly send: (mutations: readonly PendingMutation[], signal: AbortSignal) => Promise<SendOutcome>;
  /** Runs `work` while no other tab runs its own, and rejects when aborted before that. */
  readonly alone: (signal: AbortSignal, work: () => Promise<void>) => Promise<void>;
};

/**
 * Sends what waits. In: the list of pending mutations, and a word whenever it may have grown (`poke`). Out: requests, one at a time, and
 * their outcomes. The promise: nothing is sent after `stop`, and what waits is sent sooner or later while it runs.
 */
export class Sender {
  readonly #around: SenderSurroundings;
  #state: SenderState = OFF;
  #abort: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(around: SenderSurroundings) {
    this.#around = around;
  }

  /** Why nothing is sent at the moment, if something stands in the way. */
  get problem(): ClientProblem | undefined {
    return this.#state.kind === 'resting' || this.#state.kind === 'signed-out' ? this.#state.problem : undefined;
  }

  start(): void {
    this.#dispatch({ kind: 'start' });
  }

  /** Ends the request that is on its way, whose outcome is then unknown. */
  stop(): void {
    this.#dispatch({ kind: 'stop' });
    this.#abort?.abort();
    this.#abort = undefined;
  }

  wake(): void {
    this.#dispatch({ kind: 'wake' });
    this.poke();
  }

  /** Something may wait. What is made in one go is sent in one request. */
  poke(): void {
    if (this.#state.kind === 'ready') this.#ring(0);
  }

  #dispatch(event: SenderEvent): void {
    const { now, random, onProblem } = this.#around;
    const before = this.#state;
    this.#state = afterSender(before, event, { now: now(), random: random() });
    if (this.#state === before) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#state.kind === 'ready') this.#ring(0);
    if (this.#state.kind === 'resting') this.#ring(this.#state.until - now());
    if (this.problem !== undefined) onProblem(this.problem);
  }

  #ring(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        if (this.#state.kind === 'resting') this.#dispatch({ kind: 'timer' });
        // A timer that rang early is set again.
        if (this.#state.kind === 'resting') this.#ring(Math.max(1, this.#state.until - this.#around.now()));
        if (this.#state.kind === 'ready') this.#begin(this.#state.most);
      },
      Math.max(0, Math.ceil(ms)),
    );
  }

  #begin(most: number): void {
    const { now, list } = this.#around;
    if (chooseMutations(list(), now(), most).length === 0) {
      const due = nextDue(list(), now());
      if (due !== undefined) this.#ring(due - now());
      return;
    }
    this.#dispatch({ kind: 'sending' });
    const abort = new AbortController();
    this.#abort = abort;
    void this.#round(most, abort.signal);
  }

  /** Never rejects. */
  async #round(most: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#around.alone(signal, () => this.#exchange(most, signal));
    } catch {
      // Stopped while it waited for another tab; or locks do not work, and sending twice does no harm.
      if (!signal.aborted) await this.#exchange(most, signal);
    }
    if (!signal.aborted) this.#dispatch({ kind: 'answered' });
  }

  async #exchange(most: number, signal: AbortSignal): Promise<void> {
    const { list, now, send, onSent, onOutcome } = this.#around;
    // Another tab may have sent them by now.
    const sent = signal.aborted ? [] : chooseMutations(list(), now(), most);
    if (sent.length === 0) return;
    onSent(sent);
    const outcome = await send(sent, signal);
    onOutcome(sent, signal.aborted ? STOPPED : outcome);
    if (signal.aborted) return;
    if (outcome.kind === 'signed-out') this.#dispatch(outcome);
    else if (outcome.kind !== 'answers' && sent.length > 1 && mayPassSmaller(outcome))
      this.#dispatch({ kind: 'halve', problem: outcome.problem, sent: sent.length });
    else if (outcome.kind === 'failed') this.#dispatch(outcome);
    else this.#dispatch({ kind: 'answered' });
  }
}

const STOPPED: SendOutcome = {
  kind: 'failed',
  problem: { code: 'unreachable', title: 'Stopped before an answer came.', client: 'retry' },
};

/** The server failed, rather than something before it: perhaps on one of them. */
export function isServersOwn(outcome: SendOutcome): boolean {
  return outcome.kind === 'failed' && outcome.problem.status === 500;
}

function mayPassSmaller(outcome: SendOutcome): boolean {
  return outcome.kind === 'not-taken' || isServersOwn(outcome);
}
