import type { Logger } from 'pino';
import type { AppPool } from '../database/app-pool.ts';
import { errorCode } from '../database/connection.ts';

/**
 * upkeep. In: jobs, each a statement and how often. Out: each is run at its turns for as long as the server runs, one after the other, so that
 * all of them together take one connection. The promise: a job that fails is logged and comes again at its next turn, and ends nothing.
 */
export type UpkeepJob = {
  /** For the log. */
  readonly name: string;
  /** Seconds from the end of one turn to the next. */
  readonly everySeconds: number;
  readonly sql: string;
};

export type Upkeep = {
  /** Resolves when the job that runs has ended. */
  readonly stop: () => Promise<void>;
};

/** Seconds after the start at which jobs have their first turn, unless they come more often: a server that never runs for a day keeps up too. */
const FIRST_SECONDS = 10;

export function runUpkeep({
  pool,
  jobs,
  log,
}: {
  readonly pool: Pick<AppPool, 'as'>;
  readonly jobs: readonly UpkeepJob[];
  readonly log: Logger;
}): Upkeep {
  const timers = new Set<NodeJS.Timeout>();
  let last: Promise<void> = Promise.resolve();
  let stopped = false;

  const after = (seconds: number, job: UpkeepJob): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      last = last.then(() => turn(job));
    }, seconds * 1000);
    timer.unref();
    timers.add(timer);
  };
  const turn = async (job: UpkeepJob): Promise<void> => {
    if (stopped) return;
    try {
      await pool.as({ kind: 'anonymous' }, (client) => client.query(job.sql));
    } catch (error) {
      // A message of PostgreSQL may quote rows.
      const kind = error instanceof Error ? error.name : typeof error;
      log.warn({ job: job.name, kind, code: errorCode(error) }, 'a job of the upkeep failed; it comes again at its next turn');
    }
    if (!stopped) after(job.everySeconds, job);
  };

  for (const job of jobs) after(Math.min(job.everySeconds, FIRST_SECONDS), job);
  return {
    async stop() {
      stopped = true;
      timers.forEach((timer) => clearTimeout(timer));
      await last;
    },
  };
}
