import type { ClientProblem } from '../connect/client-problem.ts';
import type { OutboxEntry } from './outbox-entry.ts';
import type { SentMutation, Writing } from './writing.ts';

/** What an application sees of the mutations that are not over yet. */
export type Outbox = {
  /** In the order in which they were made; the same array until something changes. */
  readonly list: () => readonly OutboxEntry[];
  /** How many the server may not know of yet. */
  readonly unsent: number;
  /** How many were refused and are kept until they are dismissed or tried again. */
  readonly refused: number;
  /** Whether all of it is on the device, so that it outlives this page, as far as is known. */
  readonly isKept: boolean;
  /** Whether mutations that waited on this device are gone, since the browser has removed them, until that is dismissed. */
  readonly hasLost: boolean;
  readonly dismissLoss: () => void;
  /** Why nothing is sent at the moment, if something stands in the way, e.g. `not_signed_in`. */
  readonly problem: ClientProblem | undefined;
  readonly subscribe: (listener: () => void) => () => void;
  /** Takes a refused mutation off the list. False when there is no such. */
  readonly dismiss: (id: string) => boolean;
  /** Makes a refused mutation anew, with other arguments if given. Throws when there is no such, or it will never do. */
  readonly retry: (id: string, args?: unknown) => SentMutation;
};

const EMPTY: Outbox = {
  list: () => NONE,
  unsent: 0,
  refused: 0,
  isKept: true,
  hasLost: false,
  dismissLoss: () => undefined,
  problem: undefined,
  subscribe: () => () => undefined,
  dismiss: () => false,
  retry: () => {
    throw new RangeError('this client writes nothing');
  },
};
const NONE: readonly OutboxEntry[] = Object.freeze([]);

export function outboxOf(writing: Writing | undefined): Outbox {
  if (writing === undefined) return EMPTY;
  return {
    list: writing.entries,
    get unsent() {
      return writing.unsent;
    },
    get refused() {
      return writing.refused;
    },
    get isKept() {
      return writing.isKept;
    },
    get hasLost() {
      return writing.hasLost;
    },
    dismissLoss: () => writing.dismissLoss(),
    get problem() {
      return writing.problem;
    },
    subscribe: writing.subscribe,
    dismiss: (id) => writing.dismiss(id),
    retry: (id, args) => writing.retry(id, args),
  };
}
