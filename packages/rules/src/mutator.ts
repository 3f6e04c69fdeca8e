import type { ProblemDocument, Row } from '@elira/protocol';

/**
 * How an application says what may be written: each mutator once, with what it takes, who may ask for it, what it does in the database,
 * and what a client shows until that is known. Free of IO: the same declaration is read by the server and by browsers.
 */
export type Mutator<Args = never, User extends MutatingUser = MutatingUser> = {
  /** E.g. `lesson.complete`. Never reused for something else: clients keep mutations over updates of the application. */
  readonly name: string;
  /** Checks and narrows what a client sent; throws otherwise. */
  readonly args: { readonly parse: (value: unknown) => Args };
  /** Whether somebody may ask for it at all. Which rows they reach is decided by the database. Absent: whoever is signed in. */
  readonly may?: (user: User) => boolean;
  /**
   * Mutations of one lane are applied in the order in which they were made, and a refused or stuck one holds up its lane alone. Absent:
   * each is a lane of its own.
   */
  readonly lane?: (args: Args) => string;
  /** What the client shows at once, over the rows it holds. Pure. Absent: nothing until the answer. */
  readonly optimistic?: (args: Args, view: OptimisticView) => readonly OptimisticChange[];
} & (
  | {
      /** Runs in one transaction with the entry in the ledger, as the user, under row-level security. Throws `Problem` to refuse. */
      readonly effect: (tx: MutatorTransaction, args: Args, context: MutationContext<User>) => Promise<unknown>;
    }
  | {
      /**
       * For what is written very often: the SQL function that applies many at once, with their entries in the ledger.
       * Takes jsonb [{id, userId, args}], each for its own user; returns rows (id uuid, status text, answer jsonb).
       */
      readonly flush: string;
    }
);

export type MutatingUser = { readonly id: string };

export type MutationContext<User> = {
  readonly user: User;
  /** Id of the mutation, for whatever names it. */
  readonly mutationId: string;
};

/** A transaction as an effect needs it; `pg` fits. */
export type MutatorTransaction = {
  readonly query: <R extends object>(text: string, values?: unknown[]) => Promise<{ rows: R[]; rowCount: number | null }>;
};

/** What an optimistic effect may look at: the rows as they are shown, earlier mutations included. */
export type OptimisticView = {
  readonly userId: string;
  /** When the mutation was made, as PostgreSQL would write it. */
  readonly madeAt: string;
  readonly rows: (table: string) => ReadonlyMap<string, Row>;
};

/** Columns laid over a row, or a row of its own where there is none; `null` hides the row. */
export type OptimisticChange = { readonly table: string; readonly key: string; readonly row: Row | null };

/** What a client sends: `POST /api/sync/mutations` takes an array of these. */
export type Mutation = {
  /** A UUIDv7 made by the client, once and for all: however often it is sent, it is applied once. */
  readonly id: string;
  readonly name: string;
  readonly args: unknown;
};

/** What a client is answered for each, in the order sent. */
export type MutationAnswer =
  /** Applied, now or when it was first sent. */
  | { readonly id: string; readonly status: 'applied'; readonly result: unknown }
  /** Refused for good, without any effect. */
  | { readonly id: string; readonly status: 'refused'; readonly problem: ProblemDocument }
  /** Not decided: to be sent again under the same id. */
  | { readonly id: string; readonly status: 'unknown'; readonly problem: ProblemDocument };

/** A mutator whose arguments are known to itself alone: what its `parse` returned is what it takes. */
export type AnyMutator<User extends MutatingUser = MutatingUser> = Omit<Mutator<never, User>, 'args'> & {
  readonly args: { readonly parse: (value: unknown) => unknown };
} & (
    | { readonly effect: (tx: MutatorTransaction, args: never, context: MutationContext<User>) => Promise<unknown> }
    | { readonly flush: string }
  );

/** Returns the declaration as given, its arguments typed by its schema. */
export function defineMutator<Args, User extends MutatingUser = MutatingUser>(
  mutator: Mutator<Args, User>,
): Mutator<Args, User> {
  return mutator;
}

export type Mutators<User extends MutatingUser = MutatingUser> = ReadonlyMap<string, AnyMutator<User>>;

const NAME = /^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/;

/** A registry of mutators by name. Throws where two have one name, or a name is not of the form `thing.verb`. */
export function defineMutators<User extends MutatingUser = MutatingUser>(
  mutators: readonly AnyMutator<User>[],
): Mutators<User> {
  const byName = new Map<string, AnyMutator<User>>();
  for (const mutator of mutators) {
    if (!NAME.test(mutator.name)) throw new Error(`mutator "${mutator.name}": a name is of the form thing.verb`);
    if (byName.has(mutator.name)) throw new Error(`two mutators are named ${mutator.name}`);
    byName.set(mutator.name, mutator);
  }
  return byName;
}
