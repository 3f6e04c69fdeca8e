import type { Limits } from '@elira/protocol';
import type pg from 'pg';
import { errorFields, type Log } from '../observe/log.ts';
import { rotateRing, type Rotation } from './rotate-ring.ts';
import type { CaptureFault } from './verify-capture.ts';

/** Seconds between two rounds of verification and rotation. */
const ROUND_SECONDS = 30;
/** Share of the period after which another's heartbeat no longer does for ours. */
const BEAT_EARLY = 0.8;
/** Longer than the sessions' statement timeout of 10 s. */
const SETTLE_SECONDS = 15;

export type Upkeep = {
  readonly start: () => void;
  /** Something shows that a table is no longer as the rules say: looks at once, and not only at the next round. */
  readonly look: () => void;
  readonly stop: () => Promise<void>;
};

/** What has to happen from time to time: the heartbeat write and frames, turning the ring, and looking whether capture is still whole. */
export function makeUpkeep(options: {
  readonly pool: pg.Pool;
  readonly limits: Limits;
  readonly log: Log;
  readonly verify: (onShape: (table: string, shape: string) => void) => Promise<readonly CaptureFault[]>;
  /** What the columns of each table were when they were looked at before. */
  readonly shapes?: Map<string, string>;
  /** Told how the change index was found, by whichever server turned it. */
  readonly onRotation?: (rotation: Rotation) => void;
  readonly onFaults: (faults: readonly CaptureFault[]) => void;
  /** Writes the heartbeat, unless somebody else has within so many seconds. */
  readonly beat: (everySeconds: number) => Promise<void>;
  readonly heartbeat: () => void;
}): Upkeep {
  const { pool, limits, log } = options;
  const running = new Set<Promise<void>>();
  const timers: NodeJS.Timeout[] = [];
  let known = new Set<string>();
  const shapes = options.shapes ?? new Map<string, string>();
  let lookNow = (): void => {};

  /** Runs `task` each period, one at a time; a failure is logged, never thrown. */
  const every = (seconds: number, what: string, task: () => Promise<void>): (() => void) => {
    let busy = false;
    const run = async (): Promise<void> => {
      try {
        await task();
      } catch (error) {
        log.warn(errorFields(error), what);
      }
      busy = false;
    };
    const turn = (): void => {
      if (busy) return;
      busy = true;
      const round = run().finally(() => running.delete(round));
      running.add(round);
    };
    timers.push(setInterval(turn, seconds * 1000));
    return turn;
  };

  async function rotate(): Promise<void> {
    const client = await pool.connect();
    let failure: Error | undefined;
    try {
      const done = await rotateRing(client, {
        retainedSeconds: limits.retainedSeconds,
        retainedChanges: limits.retainedChanges,
        settleSeconds: SETTLE_SECONDS,
      });
      if (done !== undefined) options.onRotation?.(done);
      if (done !== undefined && done.oldestSeconds > limits.oldestTransactionSeconds)
        log.warn(
          { seconds: Math.round(done.oldestSeconds) },
          'a transaction has been open for long: the change index cannot let go of what is newer',
        );
      if (done?.stuck === true)
        log.error(
          { floor: done.floor },
          'the change index has come round to rows that may not go yet: a transaction has been open for very long, or transaction ids pass faster than the ring can keep',
        );
      else if (done?.emptied !== undefined) log.info(done, 'a leaf of the change index was emptied');
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw failure;
    } finally {
      client.release(failure);
    }
  }

  /**
   * A table found out of order is touched, since changes may have gone by unnoticed; once when found, once when mended. So is one whose
   * columns have become others: its rows read otherwise, and no trigger has fired.
   */
  async function verify(): Promise<void> {
    const reshaped = new Set<string>();
    const faults = await options.verify((table, shape) => {
      if ((shapes.get(table) ?? shape) !== shape) reshaped.add(table);
      shapes.set(table, shape);
    });
    const broken = new Set(faults.map((fault) => fault.table));
    const turned = new Set([
      ...[...broken].filter((table) => !known.has(table)),
      ...[...known].filter((table) => !broken.has(table)),
      ...reshaped,
    ]);
    for (const table of reshaped)
      log.warn({ table }, 'the columns of a synchronised table have changed; its scopes are reloaded');
    for (const fault of faults) log.error(fault, 'a synchronised table is not captured as the rules require');
    options.onFaults(faults);
    for (const table of turned) {
      const { rows } = await pool.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [table]);
      if (rows[0]?.there === true) await pool.query('SELECT sync.touch($1::regclass)', [table]);
    }
    known = broken;
  }

  return {
    start() {
      every(limits.heartbeatSeconds, 'the heartbeat could not be written', () =>
        options.beat(limits.heartbeatSeconds * BEAT_EARLY),
      );
      every(ROUND_SECONDS, 'the change index could not be turned', rotate);
      lookNow = every(ROUND_SECONDS, 'capture could not be verified', verify);
      timers.push(setInterval(options.heartbeat, limits.heartbeatSeconds * 1000));
    },
    look: () => lookNow(),
    async stop() {
      timers.forEach((timer) => clearInterval(timer));
      await Promise.all(running);
    },
  };
}
