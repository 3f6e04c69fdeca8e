import type { MutationAnswer } from '@elira/rules';
import type { ProblemDocument, Row, ScopeKey } from '@elira/protocol';
import type { StoreDump } from '../store/store-dump.ts';

/** One row of one scope as it is kept; without a row, it is kept no longer. */
export type KeptRow = { readonly scope: ScopeKey; readonly table: string; readonly key: string; readonly row: Row | undefined };

/** What is kept in one step: rows, and where the store stands with them. */
export type RowsStep = {
  /** Everything kept before goes, and `rows` are all there are. */
  readonly whole: boolean;
  readonly rows: readonly KeptRow[];
  /** Mutations whose outcome is in the rows: they are kept no longer. */
  readonly settled: readonly string[];
  readonly cursor: string | undefined;
  readonly epoch: string | undefined;
  readonly scopes: readonly ScopeKey[];
  /** Milliseconds of the wall clock at which the rows were last known to be the database's. */
  readonly freshAt: number | undefined;
};

export type KeptMutation = {
  readonly id: string;
  /** Whose it is. Nobody else reads or sends it. */
  readonly userId: string;
  readonly name: string;
  readonly args: unknown;
  readonly lane: string;
  readonly madeAt: string;
  readonly state: 'waiting' | 'answered' | 'refused';
  readonly problem?: ProblemDocument;
};

export type Kept = {
  readonly rows?: { readonly dump: StoreDump; readonly freshAt: number | undefined };
  readonly mutations: readonly KeptMutation[];
  /** Mutations waited here, and the browser has removed them since. */
  readonly isLost?: boolean;
};

/** What tabs of one user tell each other. */
export type TabNews =
  | { readonly kind: 'made'; readonly mutation: KeptMutation }
  | { readonly kind: 'answered'; readonly answer: MutationAnswer }
  | { readonly kind: 'dismissed'; readonly id: string }
  /** The user is gone from this device. */
  | { readonly kind: 'forgotten' }
  /** From the device itself: the browser removed what was kept, and what is in memory is to be kept anew. */
  | { readonly kind: 'removed' };

/**
 * What a device keeps for one user, so that they can read and write without a network. One object for each tab.
 *
 * Promises: rows, their cursor and the mutations that are settled with them move in one step, whole or not at all; what is kept for one user is never given to another; whatever
 * fails rejects and leaves what was kept before.
 */
export type OfflineStore = {
  readonly userId: string;
  /**
   * All that is kept. What cannot be used is thrown away and told to `onProblem`, except mutations: these are kept, and those that cannot
   * be understood are passed over. Rejects where nothing can be kept at all.
   */
  readonly open: (onProblem: (detail: string, cause?: unknown) => void) => Promise<Kept>;
  /** `overtaken`: another tab kept rows since this one last read or kept its own. Nothing was changed; only a whole step will do. */
  readonly saveRows: (step: RowsStep) => Promise<'saved' | 'overtaken'>;
  readonly readMutations: () => Promise<readonly KeptMutation[]>;
  readonly putMutations: (mutations: readonly KeptMutation[]) => Promise<void>;
  readonly removeMutations: (ids: readonly string[]) => Promise<void>;
  /** Nothing of this user stays. */
  readonly wipe: () => Promise<void>;
  /** Lets go of the device; the next call takes hold of it again. */
  readonly close: () => void;
  /** Whether `alone` really keeps other tabs out. */
  readonly isExclusive: boolean;
  /** Runs `work` while no other tab of this user does work of this name. Rejects when aborted before its turn. */
  readonly alone: (name: 'send' | 'rows', signal: AbortSignal, work: () => Promise<void>) => Promise<void>;
  readonly tell: (news: TabNews) => void;
  /** `listener` hears what other tabs tell, until the way back is called. */
  readonly hear: (listener: (news: TabNews) => void) => () => void;
};
