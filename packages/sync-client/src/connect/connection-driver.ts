import type { Clock } from './clock.ts';
import { localProblem, type ClientProblem } from './client-problem.ts';
import {
  connectionOf,
  deadlineOf,
  IDLE,
  transition,
  type ConnectionEvent,
  type ConnectionState,
  type ConnectionStatus,
} from './connection-machine.ts';

/** What one connection tells while it lasts. */
export type ConnectionEars = {
  /** Aborted when nothing more is wanted of it. */
  readonly signal: AbortSignal;
  /** The cursor is not to be used. */
  readonly afresh: boolean;
  /** Bytes came, whatever they say. False: they came too late, and the connection is given up. */
  readonly heard: () => boolean;
  /** They say something, or begin to. */
  readonly told: () => void;
  readonly greeted: () => void;
  /** The cursor moved. */
  readonly moved: () => void;
  /** Scopes were withdrawn, and the cursor with them. */
  readonly withdrew: () => void;
};

export type ConnectionEnd = { readonly problem: ClientProblem; readonly retryAfterMs?: number };

export type ConnectionDriverOptions = {
  readonly now: Clock;
  readonly random: () => number;
  readonly silenceMs: number | undefined;
  /** One connection from request to end. */
  readonly connect: (ears: ConnectionEars) => Promise<ConnectionEnd>;
  /** Called after each change of the status. */
  readonly onStatus: () => void;
};

/**
 * Carries out what the connection machine decides: one connection at a time, and one timer. In: words of the application, and what a connection
 * tells. Out: connections, begun and ended. The promise: what an earlier connection tells changes nothing.
 */
export class ConnectionDriver {
  readonly #options: ConnectionDriverOptions;
  #state: ConnectionState = IDLE;
  #abort: AbortController | undefined;
  #timer: { readonly handle: ReturnType<typeof setTimeout>; readonly at: number } | undefined;

  constructor(options: ConnectionDriverOptions) {
    this.#options = options;
  }

  get status(): ConnectionStatus {
    return this.#state.kind;
  }

  get problem(): ClientProblem | undefined {
    return this.#state.kind === 'waiting' || this.#state.kind === 'stopped' ? this.#state.problem : undefined;
  }

  dispatch(event: ConnectionEvent): void {
    const before = this.#state;
    const { now, random, silenceMs, onStatus } = this.#options;
    const around = { now: now(), random: random(), ...(silenceMs === undefined ? {} : { silenceMs }) };
    const after = transition(before, event, around);
    this.#state = after;
    const connection = connectionOf(after);
    if (connectionOf(before) !== connection) {
      this.#abort?.abort();
      this.#abort = undefined;
      if (connection !== undefined) this.#connect(connection);
    }
    this.#schedule();
    if (before.kind !== after.kind) onStatus();
  }

  /** Keeps one timer at or before the deadline: one that rings early finds nothing to do and is set again. */
  #schedule(): void {
    const deadline = deadlineOf(this.#state, this.#options.silenceMs);
    if (deadline !== undefined && this.#timer !== undefined && this.#timer.at <= deadline) return;
    clearTimeout(this.#timer?.handle);
    this.#timer = undefined;
    if (deadline === undefined) return;
    const ring = (): void => {
      this.#timer = undefined;
      this.dispatch({ kind: 'timer' });
    };
    this.#timer = { handle: setTimeout(ring, Math.max(0, Math.ceil(deadline - this.#options.now()))), at: deadline };
  }

  #connect(connection: number): void {
    const abort = new AbortController();
    this.#abort = abort;
    // Not at once: what asks for headers, or is told of it, may start and stop us in turn.
    void Promise.resolve().then(() => this.#run(connection, abort.signal));
  }

  /** Never rejects. */
  async #run(connection: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#state.kind !== 'connecting') return;
    const tell = (kind: 'heard' | 'told' | 'greeted' | 'moved'): boolean => {
      this.dispatch({ kind, connection });
      return !signal.aborted;
    };
    const { afresh } = this.#state;
    let end: ConnectionEnd;
    try {
      end = await this.#options.connect({
        signal,
        afresh,
        heard: () => tell('heard'),
        told: () => void tell('told'),
        greeted: () => void tell('greeted'),
        moved: () => void tell('moved'),
        withdrew: () => undefined,
      });
    } catch (error) {
      end = { problem: localProblem('malformed_stream', 'the client failed on it', error) };
    }
    this.dispatch({ kind: 'over', connection, ...end });
  }
}
