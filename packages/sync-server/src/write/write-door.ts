import { LIMITS, Problem } from '@elira/protocol';
import type { AnyMutator, MutatingUser, Mutation, MutationAnswer, MutatorTransaction } from '@elira/rules';
import { errorFields } from '../observe/log.ts';
import { faultOfArguments, faultOfId, mayBecomeKnown, storedProblem } from './check-mutation.ts';
import { createFlushQueue, type FlushQueue } from './flush-queue.ts';
import type { FlushedAnswer, LedgerAnswer, WriteDoorOptions, WriteLimits } from './write-options.ts';

/**
 * write. In: mutations of one user. Out: an answer for each. The promise: what was answered as applied has had its effect once and what was
 * refused none, however often they are sent, and whatever crashes or gets lost in between; what is not known is said to be so.
 *
 *   check ─▶ ledger: decided before? ─▶ effect ─▶ ledger ─▶ commit        one transaction, for most
 *   check ─▶ queue ─▶ a batch of many users ─▶ one function ─▶ commit      for what is written very often
 *
 * An effect and its entry in the ledger are committed together. A refusal is an entry as well: the savepoint before the effect takes
 * back what it had done.
 */
export type WriteDoor<User> = {
  /** Decides one after the other; a refused one does not stop those that follow. */
  readonly decide: (user: User, mutations: readonly Mutation[]) => Promise<MutationAnswer[]>;
  /** Mutations that wait to be committed together. */
  readonly waiting: () => number;
  /** Resolves when what waits has been decided. What comes later is answered `unknown`. */
  readonly stop: () => Promise<void>;
};

/** Times a transaction is tried that stood in another one's way. */
const ATTEMPTS = 3;
/** Serialisation failure, deadlock; and a unique key: the same id was decided by another door at the same moment. */
const COLLISIONS = new Set(['40001', '40P01']);
const TAKEN_MEANWHILE = '23505';

export function makeWriteDoor<User extends MutatingUser>(options: WriteDoorOptions<User>): WriteDoor<User> {
  const limits: WriteLimits = { ...LIMITS, ...options.limits };
  const { now = Date.now, log } = options;
  const queues = new Map<string, FlushQueue>();
  let stopped = false;

  const queueOf = (sqlFunction: string): FlushQueue => {
    const queue = queues.get(sqlFunction) ?? createFlushQueue({ ...options, limits, sqlFunction });
    queues.set(sqlFunction, queue);
    return queue;
  };

  const decideOne = async (user: User, mutation: Mutation): Promise<MutationAnswer> => {
    const { id } = mutation;
    const fault = stopped ? new Problem('shutting_down') : faultOfId(id, now(), limits);
    if (fault !== undefined) return { id, status: stopped ? 'unknown' : 'refused', problem: fault.toDocument() };
    try {
      return answerOf(id, await decided(user, mutation));
    } catch (error) {
      const problem = unknownBecause(error);
      if (problem.code === 'internal')
        log.error({ mutator: mutation.name, ...errorFields(error) }, 'a mutation was not decided');
      return { id, status: 'unknown', problem: problem.toDocument() };
    }
  };

  const decided = async (user: User, { id, name, args }: Mutation): Promise<FlushedAnswer | 'taken'> => {
    const known = options.mutators.get(name);
    if (known === undefined) return await storeOnce(user, id, name, () => unheardOf(id));
    const prepared = prepare(known, user, args);
    if (prepared instanceof Problem) return await storeOnce(user, id, name, () => Promise.resolve(refused(prepared)));
    const { mutator } = prepared;
    if ('effect' in mutator) {
      return await storeOnce(user, id, name, (tx) =>
        effectOrRefusal(tx, () => mutator.effect(tx, prepared.args, { user, mutationId: id })),
      );
    }
    try {
      return await queueOf(mutator.flush).add({ id, userId: user.id, args: prepared.args });
    } catch (error) {
      const problem = refusalFor(error);
      if (problem === undefined) throw error;
      return await storeOnce(user, id, name, () => Promise.resolve(refused(problem)));
    }
  };

  /** A server of another version may know it: what was not made long ago is not decided here. */
  const unheardOf = (id: string): Promise<LedgerAnswer> => {
    const problem = new Problem('mutation_unknown');
    return mayBecomeKnown(id, now(), limits) ? Promise.reject(problem) : Promise.resolve(refused(problem));
  };

  /** What is in the ledger, else what `decide` says, once it is there. */
  const storeOnce = async (
    user: User,
    id: string,
    name: string,
    decide: (tx: MutatorTransaction) => Promise<LedgerAnswer>,
  ): Promise<LedgerAnswer | 'taken'> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await options.transaction(user, id, async (tx) => {
          const known = await options.ledger.find(tx, id);
          if (known !== undefined) return known;
          const made = await decide(tx);
          await options.ledger.write(tx, id, name, made).catch((error: unknown) => {
            throw codeOf(error) === TAKEN_MEANWHILE ? new TakenMeanwhile('', { cause: error }) : error;
          });
          return made;
        });
        options.onCommit();
        return answer;
      } catch (error) {
        if (attempt === ATTEMPTS || !isCollision(error)) throw error;
      }
    }
  };

  const effectOrRefusal = async (tx: MutatorTransaction, effect: () => Promise<unknown>): Promise<LedgerAnswer> => {
    await tx.query('SAVEPOINT effect');
    try {
      return { status: 'applied', answer: { result: await effect() } };
    } catch (error) {
      const problem = refusalFor(error);
      if (problem === undefined) throw error;
      await tx.query('ROLLBACK TO SAVEPOINT effect');
      return refused(problem);
    }
  };

  /** What is refused for good. What may pass is no answer: it would be told for ever. */
  const refusalFor = (error: unknown): Problem | undefined => {
    const problem = isCollision(error) ? undefined : options.refusalOf(error);
    return problem === undefined || mayPass(problem) ? undefined : problem;
  };

  /** A failure that says itself what it is; all others are ours. */
  const unknownBecause = (error: unknown): Problem => {
    const problem = error instanceof Problem ? error : options.refusalOf(error);
    if (isCollision(error)) return new Problem('database_unavailable', undefined, { cause: error });
    return problem ?? new Problem('internal', undefined, { cause: error });
  };

  return {
    async decide(user, mutations) {
      const answers: Promise<MutationAnswer>[] = [];
      for (const mutation of mutations) {
        // What is committed together keeps its order by itself, and may leave together; all else waits for what came before.
        const together = isFlushed(options.mutators.get(mutation.name));
        if (!together) await Promise.all(answers);
        const answer = decideOne(user, mutation);
        answers.push(answer);
        if (!together) await answer;
      }
      return await Promise.all(answers);
    },
    waiting: () => [...queues.values()].reduce((sum, queue) => sum + queue.waiting(), 0),
    async stop() {
      stopped = true;
      await Promise.all([...queues.values()].map((queue) => queue.ended()));
    },
  };
}

/** Its arguments, or why it is refused without looking at any row. Pure. */
function prepare<User extends MutatingUser>(
  mutator: AnyMutator<User>,
  user: User,
  args: unknown,
): { readonly mutator: AnyMutator<User>; readonly args: never } | Problem {
  if (mutator.may !== undefined && !mutator.may(user)) return new Problem('forbidden');
  try {
    // What a mutator's own schema returned is what it takes.
    return { mutator, args: mutator.args.parse(args) as never };
  } catch (error) {
    const fault = faultOfArguments(error);
    if (fault === undefined) throw error;
    return fault;
  }
}

function isFlushed<User extends MutatingUser>(mutator: AnyMutator<User> | undefined): boolean {
  return mutator !== undefined && 'flush' in mutator;
}

function refused(problem: Problem): LedgerAnswer {
  return { status: 'refused', answer: { problem: problem.toDocument() } };
}

function answerOf(id: string, answer: FlushedAnswer | 'taken'): MutationAnswer {
  if (answer === 'taken') return { id, status: 'refused', problem: new Problem('mutation_id_taken').toDocument() };
  if (answer.status === 'applied') return { id, status: 'applied', result: answer.answer.result ?? null };
  return { id, status: answer.status, problem: storedProblem(answer.answer.problem) };
}

class TakenMeanwhile extends Error {}

function isCollision(error: unknown): boolean {
  return error instanceof TakenMeanwhile || COLLISIONS.has(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether the same may be answered otherwise later. */
function mayPass({ status }: Problem): boolean {
  return status >= 500 || status === 401 || status === 429;
}
