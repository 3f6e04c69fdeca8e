import pg from 'pg';
import { errorFields, type Log } from '../observe/log.ts';
import type { Identity } from './read-session.ts';

/** Writes the heartbeat, unless somebody else has within so many seconds. */
type Beat = (everySeconds: number) => Promise<void>;

/**
 * The heartbeat, over a connection of its own each time. An old primary goes on answering on the connections it has after another has
 * taken over; who connects anew is led to the one that has. When that is not the one that is read, `onElsewhere` is called.
 */
export function watchPrimary(options: {
  readonly config: pg.ClientConfig;
  /** What is read. */
  readonly identity: () => Identity | undefined;
  readonly onElsewhere: () => void;
  /** For the heartbeat when no connection is to be had: a server that is full of them is not one that is gone. */
  readonly pool: pg.Pool;
  readonly log: Log;
}): Beat {
  const { identity, log } = options;
  async function beatAnew(everySeconds: number): Promise<void> {
    const client = new pg.Client(options.config);
    client.on('error', () => {});
    try {
      await client.connect();
      const { rows } = await client.query<{ timeline: string; incarnation: string | null }>(WHERE);
      const [found] = rows;
      const reads = identity();
      if (found !== undefined && reads !== undefined && isElsewhere(found, reads)) {
        log.warn({ timeline: found.timeline }, 'the address leads to another database than the one that is read');
        options.onElsewhere();
      }
      await client.query(BEAT, [everySeconds]);
    } finally {
      void client.end().catch(() => {});
    }
  }
  return async (everySeconds) => {
    try {
      await beatAnew(everySeconds);
    } catch (error) {
      log.warn(errorFields(error), 'no new connection for the heartbeat');
      await options.pool.query(BEAT, [everySeconds]);
    }
  };
}

const WHERE = `SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline, (SELECT i.id FROM sync.incarnation i) AS incarnation`;
const BEAT = 'SELECT sync.beat(make_interval(secs => $1))';

/** A promoted standby has a timeline of its own; a copy has been given another incarnation, or has lost its own in a crash. */
function isElsewhere(
  found: { readonly timeline: string; readonly incarnation: string | null },
  reads: Pick<Identity, 'timeline' | 'incarnation'>,
): boolean {
  return found.timeline !== reads.timeline || found.incarnation !== reads.incarnation;
}
