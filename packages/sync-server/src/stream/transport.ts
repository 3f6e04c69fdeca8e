import type { Problem } from '@elira/protocol';
import type { Sink } from './sink.ts';

/** The way back to who asked for a stream. Both carry the same events; what differs is how they begin, are refused and end. */
export type Transport = {
  /** To be used once greeted. */
  readonly sink: Sink;
  /** Says that there is a stream. */
  readonly greet: () => void;
  /** Sends what was said since, where that was held back until now. */
  readonly greeted?: () => void;
  /** Says why there is none (any more), and ends. */
  readonly refuse: (problem: Problem) => void;
  readonly isGone: () => boolean;
  /** Calls back when the other side has gone. */
  readonly whenGone: (callback: () => void) => void;
};
