import { Problem } from '@elira/protocol';
import type { MutatingUser } from '@elira/rules';
import type { FlushedAnswer, FlushRow, WriteDoorOptions, WriteLimits } from './write-options.ts';

/**
 * Mutations of all connections that are committed together. A flush leaves as soon as the one before has returned, with what has come
 * meanwhile: no timer, so that one alone waits for nobody, and the more there are, the more each flush carries. One flush at a time.
 *
 * A batch that raises is halved until the one that raises is alone: the others are applied, it is answered by itself.
 */
export type FlushQueue = {
  /** Throws what the flush threw for this row alone, or `Problem` too_busy. */
  readonly add: (row: FlushRow) => Promise<FlushedAnswer>;
  readonly waiting: () => number;
  /** Resolves when nothing waits any more. */
  readonly ended: () => Promise<void>;
};

type Waiting = {
  readonly row: FlushRow;
  readonly resolve: (answer: FlushedAnswer) => void;
  readonly reject: (error: unknown) => void;
};

/** Times a batch is tried that stood in another one's way. */
const ATTEMPTS = 3;
const COLLISIONS = new Set(['40001', '40P01']);

type FlushQueueOptions<User extends MutatingUser> = Pick<WriteDoorOptions<User>, 'flush' | 'onCommit'> & {
  readonly sqlFunction: string;
  readonly limits: Pick<WriteLimits, 'mutationsPerFlush' | 'mutationsWaiting'>;
};

export function createFlushQueue<User extends MutatingUser>({
  flush,
  onCommit,
  sqlFunction,
  limits,
}: FlushQueueOptions<User>): FlushQueue {
  let queue: Waiting[] = [];
  let running: Promise<void> | undefined;

  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      await turn();
      await settle(takeBatch());
    }
    running = undefined;
  };

  /** In the order in which they came. Of those with one id only the first: the others see what became of it. */
  const takeBatch = (): Waiting[] => {
    const ids = new Set<string>();
    const batch: Waiting[] = [];
    const later: Waiting[] = [];
    for (const waiting of queue) {
      const fits = batch.length < limits.mutationsPerFlush && !ids.has(waiting.row.id);
      (fits ? batch : later).push(waiting);
      ids.add(waiting.row.id);
    }
    queue = later;
    return batch;
  };

  const settle = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const answers = await flushed(batch);
      onCommit();
      for (const { row, resolve, reject } of batch) {
        const answer = answers.get(row.id);
        if (answer === undefined) reject(new Error(`${sqlFunction} returned nothing for a row`));
        else resolve(answer);
      }
    } catch (error) {
      if (batch.length === 1 || isGone(error)) {
        for (const { reject } of batch) reject(error);
        return;
      }
      const middle = Math.ceil(batch.length / 2);
      await settle(batch.slice(0, middle));
      await settle(batch.slice(middle));
    }
  };

  const flushed = async (batch: readonly Waiting[]): Promise<ReadonlyMap<string, FlushedAnswer>> => {
    const rows = batch.map(({ row }) => row);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await flush(sqlFunction, rows);
      } catch (error) {
        const collides = error instanceof Error && 'code' in error && COLLISIONS.has(String(error.code));
        if (attempt === ATTEMPTS || !collides) throw error;
      }
    }
  };

  return {
    add(row) {
      if (queue.length >= limits.mutationsWaiting) return Promise.reject(new Problem('too_busy'));
      return new Promise((resolve, reject) => {
        queue.push({ row, resolve, reject });
        running ??= run();
      });
    },
    waiting: () => queue.length,
    ended: () => running ?? Promise.resolve(),
  };
}

/** Lets what has already arrived be read, so that it leaves together: one round of the event loop, and no time. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Whether it is the database that fails, and not one of the rows. */
function isGone(error: unknown): boolean {
  return error instanceof Problem;
}
