import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './random.ts';

/** A mutation as it goes over the wire. */
export type SentMutation = { readonly id: string; readonly name: string; readonly args: unknown };

/** What was answered for one: decided, or to be sent again. */
export type SentAnswer = {
  readonly id: string;
  readonly status: 'applied' | 'refused' | 'unknown';
  readonly result?: unknown;
  readonly problem?: { readonly code: string };
};

export type MutationSenderOptions = {
  /** Address of `POST /api/sync/mutations`, or what stands in for it; asked for each request. */
  readonly url: () => string;
  /** Asked anew for each request, so that a session may change. */
  readonly headers: () => Promise<Record<string, string>>;
  readonly random: Random;
  /** Share of the requests that are sent twice at the same moment. */
  readonly doubled?: number;
  /** Milliseconds between a failure and the next try, at most. */
  readonly retryMs?: number;
  /** Mutations in a request, at most. */
  readonly perRequest?: number;
  /** What depends on one another: of each lane one is sent at a time, and the next when its outcome is known. All else depends on nothing. */
  readonly lane?: (mutation: SentMutation) => string | undefined;
  /** Milliseconds until a request is given up. */
  readonly patienceMs?: number;
  readonly fetch?: typeof fetch;
  readonly onSend?: (mutation: SentMutation, times: number) => void;
  readonly onAnswer?: (answer: SentAnswer) => void;
  /** A request failed as a whole, for all that can be seen: a status, or 0 for none. */
  readonly onFailure?: (status: number) => void;
};

const MOST_IN_A_REQUEST = 100;
const RETRY_MS = 120;
const PATIENCE_MS = 5_000;
/** Statuses after which sending the same again is no use: the sender has a fault of its own. */
const FAULTS_OF_ITS_OWN = new Set([400, 403, 404, 405, 413]);

/**
 * The smallest client of the door for writing: keeps mutations in the order in which they were made, sends them until each is decided, and
 * never gives one another id. It shows nothing and stores nothing; what it is told it tells on.
 */
export class MutationSender {
  readonly #options: MutationSenderOptions;
  #waiting: SentMutation[] = [];
  #running: Promise<void> | undefined;
  #closed = false;
  #resting = false;

  constructor(options: MutationSenderOptions) {
    this.#options = options;
  }

  /** Those whose outcome is not known. */
  get waiting(): readonly SentMutation[] {
    return this.#waiting;
  }

  push(mutation: SentMutation): void {
    this.#waiting.push(mutation);
    this.#go();
  }

  /** Sends nothing until `resume`. Resolves when no request is under way. */
  async rest(): Promise<void> {
    this.#resting = true;
    await this.#running;
  }

  resume(): void {
    this.#resting = false;
    this.#go();
  }

  /** Resolves when every outcome is known, or with false at `timeoutMs`. */
  async settled(timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    while (this.#waiting.length > 0 && Date.now() < deadline) await sleep(20);
    return this.#waiting.length === 0;
  }

  /** Sends nothing more. Resolves when the last request has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  #go(): void {
    if (this.#resting || this.#closed || this.#waiting.length === 0) return;
    this.#running ??= Promise.resolve()
      .then(() => this.#run())
      .finally(() => (this.#running = undefined));
  }

  async #run(): Promise<void> {
    const { random, retryMs = RETRY_MS, doubled = 0, perRequest = MOST_IN_A_REQUEST } = this.#options;
    while (this.#waiting.length > 0 && !this.#closed && !this.#resting) {
      const batch = this.#firstOfLanes().slice(0, perRequest);
      const times = random.chance(doubled) ? 2 : 1;
      for (const mutation of batch) this.#options.onSend?.(mutation, times);
      const answers = await Promise.all(Array.from({ length: times }, () => this.#post(batch)));
      const decided = answers.map((told) => this.#take(batch, told)).some(Boolean);
      if (!decided && this.#waiting.length > 0) await sleep(1 + random.below(retryMs));
    }
  }

  #firstOfLanes(): SentMutation[] {
    const lanes = new Set<string>();
    return this.#waiting.filter((mutation) => {
      const lane = this.#options.lane?.(mutation);
      if (lane === undefined) return true;
      const isFirst = !lanes.has(lane);
      lanes.add(lane);
      return isFirst;
    });
  }

  /** Whether something was decided. */
  #take(batch: readonly SentMutation[], answers: readonly SentAnswer[] | undefined): boolean {
    if (answers === undefined) return false;
    if (answers.length !== batch.length || answers.some(({ id }, index) => id !== batch[index]?.id))
      throw new Error('the answers are not in the order of what was sent');
    const known = new Set(answers.filter(({ status }) => status !== 'unknown').map(({ id }) => id));
    this.#waiting = this.#waiting.filter(({ id }) => !known.has(id));
    for (const answer of answers) this.#options.onAnswer?.(answer);
    return known.size > 0;
  }

  async #post(batch: readonly SentMutation[]): Promise<readonly SentAnswer[] | undefined> {
    const { url, headers, fetch: ask = fetch, onFailure, patienceMs = PATIENCE_MS } = this.#options;
    let status = 0;
    try {
      const response = await ask(url(), {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(await headers()) },
        body: JSON.stringify(batch),
        signal: AbortSignal.timeout(patienceMs),
      });
      ({ status } = response);
      if (status === 200) return (await response.json()) as SentAnswer[];
      await response.arrayBuffer();
    } catch {
      // No answer, or half of one: whether it was applied is not known.
      status = 0;
    }
    onFailure?.(status);
    if (FAULTS_OF_ITS_OWN.has(status)) throw new Error(`what was sent was answered with ${status}`);
    return undefined;
  }
}
