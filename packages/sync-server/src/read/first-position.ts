import { makePosition, parsePosition, type Limits, type Position } from '@elira/protocol';
import type pg from 'pg';

/**
 * Where a reader begins a history: a little while ago, so that whoever comes back from before its start is led on from the ring like
 * everybody else, and not from the database each. The older position is contained in every cursor that was issued since (SPEC S14).
 */
export async function firstPosition(
  client: pg.ClientBase,
  { reachSeconds, reachChanges }: Pick<Limits, 'reachSeconds' | 'reachChanges'>,
): Promise<Position> {
  const { rows } = await client.query<{ at: string; oldest: string | null }>(
    'SELECT pg_current_snapshot()::text AS at, sync.reach(make_interval(secs => $1), $2)::text AS oldest',
    [reachSeconds, reachChanges],
  );
  const { at = '', oldest } = rows[0] ?? {};
  if (oldest === null || oldest === undefined) return parsePosition(at);
  const xid = BigInt(oldest);
  return makePosition(xid, xid, []);
}
