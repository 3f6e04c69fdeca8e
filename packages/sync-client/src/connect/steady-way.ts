import { BACKOFF } from './backoff.ts';
import { localProblem } from './client-problem.ts';
import type { Clock } from './clock.ts';
import type { ConnectionEars, ConnectionEnd } from './connection-driver.ts';

/** Milliseconds in which a stream must bring its first byte before a poll is tried in its place. */
export const FIRST_BYTE_MS = 7000;
/** Streams in a row that began to speak and then fell silent, after which polls are tried: a proxy hands on what fills its buffer. */
export const HALF_SWALLOWED = 2;
/** Milliseconds of polling before a stream is tried again, at first and at most; doubled each time that it is swallowed again. */
export const STREAM_AGAIN_MS = { first: 30_000, most: 600_000 } as const;
/** Seconds that a server may keep a poll of a quiet client; the first one is answered at once. */
export const POLL_WAIT_SECONDS = 5;

/** One request: a stream, or with `waitSeconds` a poll. */
export type Ask<E extends ConnectionEars> = (ears: E, waitSeconds?: number) => Promise<ConnectionEnd>;

export type SteadyWayOptions<E extends ConnectionEars> = {
  readonly now: Clock;
  readonly silenceMs: number;
  readonly ask: Ask<E>;
};

/**
 * A way to the server that holds where something in between swallows streams: whatever brings no byte in time is asked for in polls, each an answer
 * that ends, with the same messages and cursors. In: one connection to be made. Out: a stream, or poll after poll, until one fails. The promise:
 * one request at a time; a poll only where a stream said nothing; and streams are tried again, without a word on the screen.
 */
export class SteadyWay<E extends ConnectionEars> {
  readonly #options: SteadyWayOptions<E>;
  #isPolling = false;
  #halfSwallowed = 0;
  #streamAt = 0;
  #againMs: number = STREAM_AGAIN_MS.first;

  constructor(options: SteadyWayOptions<E>) {
    this.#options = options;
  }

  readonly connect = async (ears: E): Promise<ConnectionEnd> => {
    let [isFirst, afresh] = [true, ears.afresh];
    // A connection is greeted once, whatever number of requests it takes.
    const greeted = (): void => {
      if (isFirst) ears.greeted();
      isFirst = false;
    };
    for (let waitSeconds = 0; ; waitSeconds = POLL_WAIT_SECONDS) {
      if (!this.#isPolling || this.#options.now() >= this.#streamAt) {
        const end = await this.#stream({ ...ears, greeted, afresh });
        if (end !== undefined) return end;
        // The stream is to be gone before the poll comes.
        await pause(BACKOFF.leastMs);
        if (ears.signal.aborted) return GIVEN_UP;
        waitSeconds = 0;
      }
      const end = await this.#poll({ ...ears, greeted, afresh }, waitSeconds);
      if (end !== undefined) return end;
      afresh = false;
    }
  };

  /** Undefined: it said nothing. */
  async #stream(ears: E): Promise<ConnectionEnd | undefined> {
    const { now, silenceMs, ask } = this.#options;
    const [abort, began] = [new AbortController(), now()];
    let heardAt: number | undefined;
    const stop = (): void => abort.abort();
    const timer = setTimeout(() => void (heardAt === undefined && stop()), Math.min(FIRST_BYTE_MS, silenceMs / 2));
    ears.signal.addEventListener('abort', stop, { once: true });
    const heard = (): boolean => {
      heardAt = now();
      this.#isPolling = false;
      return ears.heard() && !abort.signal.aborted;
    };
    try {
      const end = await ask({ ...ears, heard, signal: abort.signal });
      if (!abort.signal.aborted || ears.signal.aborted) return end;
      this.#turnToPolls();
      return undefined;
    } finally {
      clearTimeout(timer);
      ears.signal.removeEventListener('abort', stop);
      if (heardAt !== undefined) this.#noteSilence({ began, heardAt, endedAt: now() });
    }
  }

  /** Undefined: it was answered, and the next one may follow. */
  async #poll(ears: E, waitSeconds: number): Promise<ConnectionEnd | undefined> {
    let [wasAnswered, wasHeard] = [false, false];
    const end = await this.#options.ask(
      {
        ...ears,
        heard: () => {
          wasHeard = true;
          return ears.heard();
        },
        moved: () => {
          wasAnswered = true;
          ears.moved();
        },
        withdrew: () => {
          wasAnswered = true;
          ears.withdrew();
        },
      },
      waitSeconds,
    );
    if (wasAnswered && !ears.signal.aborted && end.problem.code === 'closed') return undefined;
    // It is not streams that are swallowed: nothing comes through.
    if (!wasHeard && end.problem.status === undefined) this.#isPolling = false;
    return end;
  }

  #turnToPolls(): void {
    this.#streamAt = this.#options.now() + this.#againMs;
    this.#againMs = Math.min(STREAM_AGAIN_MS.most, 2 * this.#againMs);
    this.#isPolling = true;
  }

  #noteSilence(stream: { readonly began: number; readonly heardAt: number; readonly endedAt: number }): void {
    const { silenceMs } = this.#options;
    if (stream.endedAt - stream.heardAt >= silenceMs) {
      this.#halfSwallowed += 1;
      if (this.#halfSwallowed >= HALF_SWALLOWED) this.#turnToPolls();
    } else if (stream.endedAt - stream.began >= 2 * silenceMs) {
      this.#halfSwallowed = 0;
      this.#againMs = STREAM_AGAIN_MS.first;
    }
  }
}

const GIVEN_UP: ConnectionEnd = { problem: localProblem('closed', 'given up') };

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
