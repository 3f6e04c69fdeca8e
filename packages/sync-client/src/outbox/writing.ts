import { LIMITS, Problem, scopeKey } from '@elira/protocol';
import type { AnyMutator, MutatingUser, MutationAnswer, Mutators } from '@elira/rules';
import type { Clock } from '../connect/clock.ts';
import { localProblem, type ClientProblem } from '../connect/client-problem.ts';
import { freezeValue } from '../ingest/freeze-value.ts';
import type { KeptMutation, OfflineStore, TabNews } from '../offline/offline-store.ts';
import type { Commit, RowStore } from '../store/row-store.ts';
import type { Effect } from '../view/overlay.ts';
import type { PendingSource } from '../view/view.ts';
import { BRACKETS_BYTES } from './choose-mutations.ts';
import { Effects } from './effects.ts';
import { changedOf, missing } from './list-differences.ts';
import { entryOf, NO_ENTRIES, type OutboxEntry } from './outbox-entry.ts';
import { OutboxKeeper, pendingOf } from './outbox-keeper.ts';
import { noteStatus } from './note-status.ts';
import { MutationIds } from './mutation-ids.ts';
import {
  afterEvent,
  isUnsent,
  type LedgerStatus,
  type PendingEvent,
  type PendingList,
  type PendingMutation,
} from './pending-mutation.ts';
import { documentOf, type SendOutcome } from './post-mutations.ts';
import { isServersOwn, Sender, type SenderSurroundings } from './sender.ts';

/** The table in which a user's decided mutations come back to them, in the scope `me:<user>/owner`. */
export const LEDGER = 'mutations';
/** Most mutations that wait at the same time. */
export const OUTBOX_MOST = 5000;
/**
 * Milliseconds that rows must be fresher than an answer before they are taken to hold what it was about: the way of a row from the server
 * is not counted in its freshness. With the ledger at hand this is needed only for what was decided long ago.
 */
export const FRESHER_MS = { withLedger: 15_000, without: 2000 } as const;
/** Milliseconds that another tab is given to send what it made. */
const ELSEWHERE_MS = 5000;

/** A mutation that was made. */
export type SentMutation = {
  readonly id: string;
  /** Settles when the outcome is known, however long that takes; `unknown` only when the user was forgotten before. Never rejects. */
  readonly settled: Promise<MutationAnswer>;
};

export type WritingOptions = Pick<SenderSurroundings, 'now' | 'random' | 'onProblem'> & {
  readonly user: MutatingUser;
  /** For users of this user's kind. */
  readonly mutators: Mutators<never>;
  readonly store: RowStore;
  readonly offline: OfflineStore | undefined;
  readonly send: SenderSurroundings['send'];
  /** Told of mutations whose outcome is in the store's rows, within the step that brings them. */
  readonly onSettled: (ids: readonly string[]) => void;
  /** Another tab forgot this user, or the browser removed what was kept. */
  readonly onDevice: (news: 'forgotten' | 'removed') => void;
  /** Shows the effects of what is pending now. */
  readonly show: (effects: readonly Effect[]) => void;
};

/**
 * What a user writes, from the moment it is made until it is in the rows.
 *
 * In: `mutate`, outcomes of requests, commits of the store, news of other tabs. Out: what is sent, kept and shown. The promise: every
 * mutation is sent under the one id it was made with until its outcome is known, for its own user alone, and is shown as pending until
 * the very step of the store that holds its outcome.
 */
export class Writing implements PendingSource {
  readonly #options: WritingOptions;
  readonly #now: Clock;
  readonly #ids = new MutationIds();
  readonly #effects: Effects;
  readonly #keeper: OutboxKeeper;
  readonly #sender: Sender;
  readonly #listeners = new Set<() => void>();
  readonly #settling = new Map<string, { readonly promise: Promise<MutationAnswer>; resolve(answer: MutationAnswer): void }>();
  #list: PendingList = [];
  #entries: readonly OutboxEntry[] = NO_ENTRIES;
  #listed: PendingList = this.#list;
  #isUntold = false;
  #isForgotten = false;
  #hasLost = false;

  constructor(options: WritingOptions) {
    const { user, mutators, offline, now, random, send, onProblem } = options;
    this.#options = options;
    this.#now = now;
    this.#effects = new Effects(mutators, user.id, onProblem);
    this.#keeper = new OutboxKeeper({ offline, userId: user.id, onProblem, onKept: () => this.#tellListeners() });
    this.#sender = new Sender({
      now,
      random,
      send,
      list: () => this.#list,
      onSent: (sent) => this.#change({ kind: 'sent', ids: idsOf(sent) }),
      onOutcome: (sent, outcome) => this.#onOutcome(sent, outcome),
      onProblem: (problem) => {
        onProblem(problem);
        this.#tellListeners();
      },
      alone: (signal, work) => this.#alone(signal, work),
    });
  }

  /** Makes a mutation: it shows at once, waits, and is sent. Throws where it can be told that it will never do. */
  mutate(name: string, args: unknown): SentMutation {
    const { user, mutators } = this.#options;
    const mutator = mutators.get(name);
    if (mutator === undefined)
      throw new RangeError(`there is no mutator "${name}": give it to createSyncClient with the others`);
    if (mutator.may?.(user as never) === false) throw new Problem('forbidden');
    return this.#make(mutator, args);
  }

  readonly entries = (): readonly OutboxEntry[] => {
    if (this.#listed !== this.#list) {
      this.#listed = this.#list;
      this.#entries = Object.freeze(this.#list.map(entryOf));
    }
    return this.#entries;
  };

  get unsent(): number {
    return this.#list.filter(isUnsent).length;
  }

  get refused(): number {
    return this.#list.filter(({ state }) => state === 'refused').length;
  }

  get isKept(): boolean {
    return this.#keeper.isKept(this.#list);
  }

  get problem(): ClientProblem | undefined {
    return this.#sender.problem;
  }

  get hasLost(): boolean {
    return this.#hasLost;
  }

  dismissLoss(): void {
    this.#hasLost = false;
    this.#tellListeners();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Takes a refused mutation off the list. */
  dismiss(id: string): boolean {
    if (this.#find(id)?.state !== 'refused') return false;
    this.#change({ kind: 'dismissed', id });
    this.#keeper.tell({ kind: 'dismissed', id });
    return true;
  }

  /** Makes a refused mutation anew, under an id of its own: the old one is answered for good. */
  retry(id: string, args?: unknown): SentMutation {
    const refused = this.#find(id);
    if (refused?.state !== 'refused') throw new RangeError('only a mutation that was refused can be tried again');
    const again = this.mutate(refused.name, args ?? refused.args);
    this.dismiss(id);
    return again;
  }

  /** What the device kept, and what other tabs will tell from now on. */
  restore(kept: readonly KeptMutation[], isLost = false): void {
    this.#hasLost ||= isLost;
    this.#keeper.hear((news) => this.#hear(news));
    this.#take(kept.map((one) => pendingOf(one, this.#now())));
    if (isLost) this.#tellListeners();
  }

  /** The device could not be opened. */
  deviceFailed(): void {
    this.#keeper.failed();
  }

  start(): void {
    if (!this.#isForgotten) this.#sender.start();
  }

  stop(): void {
    this.#sender.stop();
  }

  wake(): void {
    this.#sender.wake();
  }

  /** A stream is live anew. What another version of the server may know is asked for at once. */
  reconnected(): void {
    this.#change({ kind: 'reconnected' });
    this.wake();
  }

  /** Settles when everything that was to be kept is. */
  async kept(): Promise<void> {
    await this.#keeper.idle();
  }

  /** Nothing is sent, kept or shown any more. */
  forget(): void {
    this.#isForgotten = true;
    this.#sender.stop();
    this.#keeper.close();
    this.#change({ kind: 'forgotten' });
  }

  settle({ changes }: Commit): readonly Effect[] {
    const statuses = new Map<string, LedgerStatus>();
    for (const [id, { after }] of changes.get(LEDGER) ?? []) noteStatus(statuses, id, after);
    this.#step({ kind: 'recorded', statuses });
    const { store, user } = this.#options;
    const { freshAt } = store;
    if (freshAt !== undefined) {
      const hasLedger = store.holds(scopeKey('me', 'owner', user.id));
      this.#step({ kind: 'fresh', since: freshAt - (hasLedger ? FRESHER_MS.withLedger : FRESHER_MS.without) });
    }
    return this.#effects.of(this.#list);
  }

  tell(): void {
    if (this.#isUntold) this.#tellListeners();
  }

  effectFailed(id: string, error: unknown): void {
    this.#effects.failed(id, error);
  }

  #make(mutator: AnyMutator<never>, args: unknown): SentMutation {
    if (this.#isForgotten) throw new RangeError('this user was forgotten on this device: make a client for whoever signs in');
    if (this.#list.length >= OUTBOX_MOST) throw new RangeError(`${OUTBOX_MOST} mutations wait already: send them first`);
    // A copy, as it will be sent: what the caller changes later changes nothing.
    const json = JSON.stringify(args ?? null);
    const sent: unknown = JSON.parse(json);
    const parsed: unknown = mutator.args.parse(JSON.parse(json));
    if (typeof sent === 'object' && sent !== null) freezeValue(sent);
    const id = this.#ids.next();
    const madeAt = new Date().toISOString().replace('Z', '+00:00');
    const made = { id, userId: this.#options.user.id, name: mutator.name, args: sent, madeAt, state: 'waiting' as const };
    const kept: KeptMutation = { ...made, lane: mutator.lane?.(parsed as never) ?? id };
    const one = { ...pendingOf(kept, 0), elsewhere: false };
    if (one.bytes + BRACKETS_BYTES > LIMITS.mutationBytes)
      throw new RangeError(`a mutation of ${one.bytes} bytes is too large: at most ${LIMITS.mutationBytes} bytes can be sent`);
    const settled = this.#promise(id);
    this.#change({ kind: 'made', mutations: [one] });
    this.#keeper.tell({ kind: 'made', mutation: kept });
    this.#sender.poke();
    return { id, settled };
  }

  /** Mutations from elsewhere join the list; some may be in the ledger already. */
  #take(mutations: readonly PendingMutation[]): void {
    if (this.#isForgotten || mutations.length === 0) return;
    const statuses = new Map<string, LedgerStatus>();
    const ledger = this.#options.store.rows(LEDGER);
    for (const { id } of mutations) {
      this.#ids.follow(id);
      noteStatus(statuses, id, ledger.get(id));
    }
    this.#step({ kind: 'made', mutations }, false);
    this.#step({ kind: 'recorded', statuses });
    this.#show();
    this.#sender.poke();
  }

  #hear(news: TabNews): void {
    switch (news.kind) {
      case 'made': {
        if (news.mutation.userId !== this.#options.user.id) return;
        const now = this.#now();
        this.#take([{ ...pendingOf(news.mutation, now), notBefore: now + ELSEWHERE_MS }]);
        return;
      }
      case 'answered':
        this.#onAnswers([news.answer], false);
        return;
      case 'dismissed':
        if (this.#step({ kind: 'dismissed', id: news.id }, false)) this.#show();
        return;
      case 'forgotten':
      case 'removed':
        if (news.kind === 'removed') this.#keeper.keep(this.#list, []);
        this.#options.onDevice(news.kind);
        return;
      default:
        never(news);
    }
  }

  #onOutcome(sent: readonly PendingMutation[], outcome: SendOutcome): void {
    const [only] = sent;
    if (outcome.kind === 'answers') this.#onAnswers(outcome.answers, true);
    else if (only !== undefined && sent.length === 1 && outcome.kind === 'not-taken')
      this.#onAnswers([{ id: only.id, status: 'refused', problem: documentOf(outcome.problem) }], true);
    else if (only !== undefined && sent.length === 1 && isServersOwn(outcome))
      this.#onAnswers([{ id: only.id, status: 'unknown', problem: documentOf(outcome.problem) }], true);
    else this.#change({ kind: 'unanswered', ids: idsOf(sent) });
  }

  #onAnswers(answers: readonly MutationAnswer[], isOurs: boolean): void {
    const [now, random] = [this.#now(), this.#options.random()];
    const open = answers.filter(({ id }) => this.#find(id) !== undefined);
    const decided = open.filter(({ status }) => status !== 'unknown');
    for (const answer of decided) this.#resolve(answer);
    const changed = this.#step({ kind: 'answered', answers: open, now, random }, isOurs);
    if (isOurs) for (const answer of decided) this.#keeper.tell({ kind: 'answered', answer });
    if (changed) this.#show();
  }

  /** Another tab's work is looked at anew before it is done here, and ours is kept before another tab looks. */
  async #alone(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    await this.#keeper.alone(signal, async () => {
      const now = this.#now();
      const theirs = this.#list.filter((one) => one.elsewhere && one.state === 'waiting' && one.notBefore <= now);
      if (theirs.length > 0) this.#onAnswers(await this.#keeper.answersOf(theirs), false);
      await work();
    });
  }

  #change(event: PendingEvent): void {
    if (this.#step(event)) this.#show();
  }

  /** The next list, what is kept of it, and whose outcome is known with it. Shows nothing yet. */
  #step(event: PendingEvent, isKept = true): boolean {
    const before = this.#list;
    this.#list = afterEvent(before, event);
    if (this.#list === before) return false;
    this.#isUntold = true;
    const gone = event.kind === 'made' ? [] : missing(before, this.#list);
    const isDropped = event.kind === 'dismissed' || event.kind === 'forgotten';
    if (isKept) {
      const changed = event.kind === 'made' ? event.mutations : changedOf(before, this.#list);
      const again = this.#keeper.unkept(this.#list).filter((one) => !changed.includes(one));
      this.#keeper.keep([...changed, ...again], isDropped ? gone : []);
    }
    // On the device they go with the rows that hold their outcome: no start is to find neither.
    if (!isDropped && gone.length > 0) this.#options.onSettled(gone.map(({ id }) => id));
    for (const { id } of gone) {
      this.#effects.drop(id);
      // Of one that an answer just decided, nobody waits any more.
      this.#resolve(event.kind === 'forgotten' ? forgotten(id) : { id, status: 'applied', result: undefined });
    }
    return true;
  }

  #show(): void {
    this.#options.show(this.#effects.of(this.#list));
    this.#tellListeners();
  }

  #tellListeners(): void {
    this.#isUntold = false;
    const listeners = [...this.#listeners];
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        this.#options.onProblem(localProblem('callback_failed', undefined, error));
      }
    }
  }

  #find(id: string): PendingMutation | undefined {
    return this.#list.find((one) => one.id === id);
  }

  #promise(id: string): Promise<MutationAnswer> {
    let resolve: (answer: MutationAnswer) => void = () => undefined;
    const promise = new Promise<MutationAnswer>((settle) => (resolve = settle));
    this.#settling.set(id, { promise, resolve });
    return promise;
  }

  #resolve(answer: MutationAnswer): void {
    this.#settling.get(answer.id)?.resolve(answer);
    this.#settling.delete(answer.id);
  }
}

function forgotten(id: string): MutationAnswer {
  return { id, status: 'unknown', problem: documentOf(localProblem('outcome_unknown')) };
}

function idsOf(mutations: readonly PendingMutation[]): ReadonlySet<string> {
  return new Set(mutations.map(({ id }) => id));
}

function never(news: never): never {
  throw new TypeError(`not news: ${JSON.stringify(news)}`);
}
