import type { SentAnswer, SentMutation } from '@elira/testkit';

/** What a device writes with: one of our clients with its outbox, or the plainest sender there is. */
export type Pen = {
  /** Makes a mutation of its own id, which is sent until it is decided; undefined where nothing can be made at the moment. */
  readonly write: (name: string, args: object) => string | undefined;
  /** Ids of those whose outcome is not known. */
  readonly waiting: () => readonly string[];
  /** What is to be seen of a slate; undefined where nothing is. */
  readonly shown: (slate: string) => number | undefined;
  /** Sends nothing until `resume`. Resolves when no request is under way. */
  readonly rest: () => Promise<void>;
  readonly resume: () => void;
  readonly close: () => Promise<void>;
};

/** What a pen tells of its requests, and asks before each. */
export type PenEvents = {
  /** Awaited before each request; sets where it goes. */
  readonly before: () => Promise<void>;
  readonly sent: (mutation: SentMutation, times: number) => void;
  readonly answered: (answer: SentAnswer) => void;
  /** Something else may be seen. */
  readonly moved: () => void;
};
