import { localProblem, type ClientProblem } from '../connect/client-problem.ts';
import type { Clock } from '../connect/clock.ts';
import type { ConnectionEnd } from '../connect/connection-driver.ts';
import { freezeValue } from '../ingest/freeze-value.ts';
import { endOf, type StepEars, type StoreStep, type Way } from '../ingest/read-stream.ts';
import type { RowStore } from '../store/row-store.ts';
import { StepHistory } from './step-history.ts';
import { afterTabEvent, SPREAD_MS, tabDeadline, type TabAct, type TabEvent, type TabState } from './tab-machine.ts';
import { readTabMessage, TAB_MARK, type SharedStep, type TabWord } from './tab-message.ts';
import type { TabRoom } from './tab-room.ts';

export type SharedStreamOptions = {
  readonly room: TabRoom;
  readonly store: RowStore;
  readonly now: Clock;
  readonly random: () => number;
  /** The way to the server, for the tab that leads. */
  readonly network: Way;
  /** The client is to connect anew, at once. */
  readonly onTurn: () => void;
  /** The client is to look at the age of its connection; or to do now what it put off. */
  readonly onLook: () => void;
  readonly onWake: () => void;
};

/**
 * tabs. One stream for all tabs of a browser that show the same: the leading tab reads it and passes each step on, the others take the same
 * steps in the same order. In: the words of other tabs and of the lock. Out: a way to the rows, like the network's (`way`). The promise: whoever
 * follows shows states of the leader's, whole; and what a leader takes from the network it has taken in itself before anybody else hears of it.
 */
export class SharedStream {
  readonly #options: SharedStreamOptions;
  readonly #name: string = crypto.randomUUID();
  readonly #spreadMs: number;
  readonly #history = new StepHistory();
  #state: TabState = { kind: 'out', way: [] };
  #problem: ClientProblem | undefined;
  #isLive = false;
  #passing: SharedStep | undefined;
  /** Under which name it speaks: its own, or that of its leadership. */
  #speaker = this.#name;
  #connection: { readonly ears: StepEars; readonly end: (end: ConnectionEnd) => void } | undefined;
  #decided: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  #letGo: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SharedStreamOptions) {
    this.#options = options;
    this.#spreadMs = options.random() * SPREAD_MS;
  }

  get isLeading(): boolean {
    return this.#state.kind === 'leading';
  }

  /** Takes part from now on. */
  enter(): void {
    if (this.#state.kind !== 'out') return;
    this.#options.room.open((message) => this.#hear(message));
    this.#dispatch({ kind: 'enter' });
  }

  /** Takes no part any more; where it led, another does. */
  leave(): void {
    if (this.#state.kind === 'out') return;
    this.#dispatch({ kind: 'leave' });
    this.#options.room.close();
    this.#history.clear();
  }

  /** How the client's connection goes now; those who follow are told. */
  tell(isLive: boolean, problem: ClientProblem | undefined): void {
    this.#isLive = isLive;
    this.#problem = problem;
    if (problem !== undefined) this.#say({ kind: 'trouble', problem: copyable(problem) });
    else if (isLive) this.#say({ kind: 'live' });
  }

  /** Somebody looks at this tab. */
  wake(): void {
    if (this.#state.kind !== 'following') return;
    this.#post({ kind: 'wake' });
    this.#dispatch({ kind: 'timer' });
  }

  /** One connection: a stream of this tab's own where it leads or goes apart, and the leader's steps where it follows. */
  readonly way: Way = async (ears) => {
    await this.#decision();
    if (ears.signal.aborted) return CLOSED;
    if (this.#state.kind !== 'following')
      return await this.#options.network({ ...ears, step: (step) => this.#lead(ears, step) });
    return await this.#follow(ears);
  };

  async #decision(): Promise<void> {
    while (this.#state.kind === 'entering') {
      if (this.#decided === undefined) {
        let resolve = (): void => undefined;
        const promise = new Promise<void>((settle) => (resolve = settle));
        this.#decided = { promise, resolve };
      }
      await this.#decided.promise;
    }
  }

  #lead(ears: StepEars, step: StoreStep): void {
    const from = this.#options.store.cursor;
    ears.step(step);
    if (this.#state.kind !== 'leading') return;
    const shared = this.#sharedOf(step);
    this.#history.add(from, shared);
    this.#passing = shared;
    this.#dispatch({ kind: 'stepped' });
    this.#passing = undefined;
    // Who joined while there was no cursor has not been answered.
    if (from === undefined && step.kind === 'apply') this.#say({ kind: 'live' });
  }

  #follow(ears: StepEars): Promise<ConnectionEnd> {
    const cursor = ears.afresh ? undefined : this.#options.store.cursor;
    return new Promise((resolve) => {
      const connection = {
        ears,
        end: (end: ConnectionEnd): void => {
          if (this.#connection === connection) {
            this.#connection = undefined;
            this.#dispatch({ kind: 'closed' });
          }
          resolve(end);
        },
      };
      this.#connection = connection;
      ears.signal.addEventListener('abort', () => connection.end(CLOSED), { once: true });
      this.#dispatch({ kind: 'opened', cursor });
    });
  }

  #hear(value: unknown): void {
    const message = readTabMessage(value);
    if (message === undefined) return this.#dispatch({ kind: 'strange' });
    if ('to' in message && message.to !== this.#name) return;
    this.#dispatch({ kind: 'heard', message });
  }

  #dispatch(event: TabEvent): void {
    const [state, ...acts] = afterTabEvent(this.#state, event, this.#options.now(), this.#spreadMs);
    this.#state = state;
    // Whoever goes says so under the name that others know.
    if (state.kind !== 'out') this.#speaker = state.kind === 'leading' ? state.term : this.#name;
    for (const act of acts) this.#act(act);
    this.#schedule();
    if (this.#state.kind === 'entering') return;
    this.#decided?.resolve();
    this.#decided = undefined;
  }

  #act(act: TabAct): void {
    const { onTurn, onLook, onWake } = this.#options;
    switch (act.kind) {
      case 'lock':
        return this.#lock(act.how);
      case 'release':
        this.#letGo?.();
        this.#letGo = undefined;
        return;
      case 'post':
        return this.#post(act.word);
      case 'answer':
        return this.#answer(act);
      case 'pass-on':
        if (this.#passing !== undefined) this.#post({ kind: 'step', number: act.number, step: this.#passing });
        return;
      case 'take':
        return this.#take(act);
      case 'hear':
        return void this.#connection?.ears.heard();
      case 'end':
        return this.#connection?.end({ problem: act.problem });
      case 'turn':
        return onTurn();
      case 'look':
        return onLook();
      case 'wake':
        return onWake();
      default:
        never(act);
    }
  }

  #lock(how: 'if-free' | 'wait' | 'steal'): void {
    this.#letGo?.();
    const letGo = this.#options.room.lock(how, (word) => {
      if (this.#letGo !== letGo) return;
      // What happened before is not known without a gap.
      this.#history.clear();
      this.#dispatch(word === 'granted' ? { kind: word, term: crypto.randomUUID() } : { kind: word });
    });
    this.#letGo = letGo;
  }

  /**
   * What leads from that cursor to here: nothing, the last steps, or everything. Everything only where that leads on: whoever stands elsewhere waits until
   * the server has brought this tab to where it is now.
   */
  #answer({ to, cursor, relation, number, way }: Extract<TabAct, { readonly kind: 'answer' }>): void {
    const { store } = this.#options;
    const at = store.cursor;
    // There is no state of one cursor to give: whoever asks is called when there is.
    if (at === undefined) return;
    const known = cursor === undefined ? undefined : cursor === at ? [] : this.#history.since(cursor);
    if (known === undefined && cursor !== undefined && relation === 'ahead') return this.#post({ kind: 'yours', to });
    if (known !== undefined || cursor === undefined || relation === 'behind' || this.#isLive) {
      const steps = known ?? [this.#wholeState(at)];
      this.#post({ kind: 'come', to, number, steps, way, live: this.#isLive });
    }
    if (this.#problem !== undefined) this.#say({ kind: 'trouble', problem: copyable(this.#problem) });
  }

  #wholeState(cursor: string): SharedStep {
    const { store } = this.#options;
    const { scopes = [] } = store.toDump();
    const deltas = scopes.map(([scope, tables]) => ({ scope, reset: true as const, put: Object.fromEntries(tables) }));
    const holds = { scopes: store.scopes(), snapshot: true };
    return this.#sharedOf({
      kind: 'apply',
      told: true,
      batch: { cursor, epoch: store.epoch ?? '', deltas, holds, freshAt: store.freshAt },
    });
  }

  #sharedOf(step: StoreStep): SharedStep {
    if (step.kind === 'withdraw') return step;
    const { freshAt, ...batch } = step.batch;
    const ageMs = freshAt === undefined ? undefined : Math.max(0, this.#options.now() - freshAt);
    return { kind: 'apply', batch, ageMs, told: step.told };
  }

  #take({ steps, at, live, answers }: Extract<TabAct, { readonly kind: 'take' }>): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    const { ears } = connection;
    // How long the message lay here, while this page stood still.
    const lainMs = Math.max(0, Date.now() - at);
    try {
      if (answers) ears.greeted();
      for (const step of steps) ears.step(this.#ownOf(step, lainMs));
      ears.told();
      if (live) ears.moved();
    } catch (error) {
      connection.end({ problem: endOf(error) });
    }
  }

  #ownOf(step: SharedStep, lainMs: number): StoreStep {
    if (step.kind === 'withdraw') return step;
    const { ageMs, batch, told } = step;
    for (const { put = {} } of batch.deltas)
      for (const pairs of Object.values(put)) for (const [, row] of pairs) freezeValue(row);
    const freshAt = ageMs === undefined ? undefined : this.#options.now() - ageMs - lainMs;
    return { kind: 'apply', told, batch: { ...batch, freshAt } };
  }

  /** To all who follow, if anybody does. */
  #say(word: TabWord): void {
    if (this.#state.kind === 'leading' && this.#state.followers.size > 0) this.#post(word);
  }

  #post(word: TabWord): void {
    this.#options.room.post({ ...word, mark: TAB_MARK, from: this.#speaker, at: Date.now() });
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const deadline = tabDeadline(this.#state, this.#spreadMs);
    if (deadline === undefined) return;
    const wait = Math.max(0, Math.ceil(deadline - this.#options.now()));
    this.#timer = setTimeout(() => this.#dispatch({ kind: 'timer' }), wait);
  }
}

const CLOSED: ConnectionEnd = { problem: localProblem('closed', 'given up') };

/** Without what cannot be copied to another tab. */
function copyable({ cause: _cause, ...problem }: ClientProblem): ClientProblem {
  return problem;
}

function never(act: never): never {
  throw new TypeError(`not an act: ${JSON.stringify(act)}`);
}
