import type pg from 'pg';

/** What one round of upkeep did; for logs and metrics. */
export type Rotation = {
  readonly floor: string;
  readonly emptied: number | undefined;
  readonly thinned: number;
  readonly stuck: boolean;
  /** Change rows that the index has, about. */
  readonly held: number;
  /** Seconds for which the oldest running transaction has been the same one. */
  readonly oldestSeconds: number;
};

export type RotationLimits = {
  /** Seconds the index reaches back at least. */
  readonly retainedSeconds: number;
  /** Change rows above which it does not reach back further. */
  readonly retainedChanges: number;
  /** Seconds after which no statement runs that read an older floor: longer than the sessions' statement timeout. */
  readonly settleSeconds: number;
};

/** Change rows deleted in one statement when the index is thinned. */
const THIN_SLICE = 10_000;
/** Slices of one round: thinning never holds a round up for long. */
const THIN_ROUNDS = 20;

/**
 * One round of upkeep of the change index, by whichever server takes the advisory lock. The floor is committed in one round and the
 * leaf emptied in a later one, so that no statement can find a leaf empty and believe the floor it read before. No writer ever waits:
 * only a leaf that no running transaction writes to is locked, and only for as long as nobody else wants it.
 */
export async function rotateRing(client: pg.ClientBase, limits: RotationLimits): Promise<Rotation | undefined> {
  const lock = await client.query<{ got: boolean }>(`SELECT pg_try_advisory_lock(hashtext('sync.rotate')) AS got`);
  if (lock.rows[0]?.got !== true) return undefined;
  try {
    const raised = await client.query<{ floor: string; leaf: number; stuck: boolean; held: number; oldest: number }>(
      'SELECT r.floor::text, r.leaf, r.stuck, least(r.held, 2147483647)::integer AS held, r.oldest_seconds::integer AS oldest FROM sync.raise_floor(make_interval(secs => $1), $2, make_interval(secs => $3)) r',
      [limits.retainedSeconds, limits.retainedChanges, limits.settleSeconds],
    );
    const [round] = raised.rows;
    if (round === undefined) throw new Error('raise_floor returned no row');
    const emptied = await client.query<{ done: boolean }>('SELECT sync.empty_leaf($1) AS done', [round.leaf]);
    const thinned = await thin(client, limits.retainedChanges);
    return {
      floor: round.floor,
      emptied: emptied.rows[0]?.done === true ? round.leaf : undefined,
      thinned,
      stuck: round.stuck,
      held: round.held,
      oldestSeconds: round.oldest,
    };
  } finally {
    await client.query(`SELECT pg_advisory_unlock(hashtext('sync.rotate'))`);
  }
}

async function thin(client: pg.ClientBase, retainedChanges: number): Promise<number> {
  let thinned = 0;
  for (let slice = 0; slice < THIN_ROUNDS; slice += 1) {
    const { rows } = await client.query<{ gone: number }>('SELECT sync.thin($1, $2) AS gone', [THIN_SLICE, retainedChanges]);
    const gone = rows[0]?.gone ?? 0;
    thinned += gone;
    if (gone < THIN_SLICE) break;
  }
  return thinned;
}
