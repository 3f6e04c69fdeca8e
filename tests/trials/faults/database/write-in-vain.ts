import { setTimeout as sleep } from 'node:timers/promises';
import { makeCanary } from '@elira/testkit';
import type pg from 'pg';
import { MARKER_NOTES, MARKER_TICKS, NOTE_IDS, TEAMS } from '../../world.ts';
import type { FaultContext } from '../fault.ts';

const SHOWN_PATIENCE_MS = 10_000;
/** Transactions beside the marked one. */
const WRITES = 40;

/** Writes that a fault is going to take back. Resolves when clients show them; returns how many do, and the last transaction's id. */
export async function writeInVain(
  { fleet, random }: FaultContext,
  sql: pg.Client,
  mark: string,
): Promise<{ readonly shownBy: number; readonly lastXid: bigint }> {
  for (let write = 0; write < WRITES; write += 1) {
    const id = random.pick(NOTE_IDS);
    await sql.query('UPDATE trial_notes SET team = $2, body = $3, version = version + 1 WHERE id = $1', [
      id,
      random.pick(TEAMS),
      `${makeCanary('body', random)} ${mark} ${write}`,
    ]);
    if (random.chance(0.2)) await sql.query('DELETE FROM trial_notes WHERE id = $1', [random.pick(NOTE_IDS)]);
  }
  const { rows } = await sql.query<{ xid: string }>(
    `WITH notes AS (UPDATE trial_notes SET body = $1, version = version + 1 WHERE id = ANY ($2::uuid[]) RETURNING 1)
     UPDATE trial_ticks SET version = version + 1 WHERE id = ANY ($3::uuid[]) RETURNING pg_current_xact_id()::text AS xid`,
    [mark, MARKER_NOTES.map(({ id }) => id), MARKER_TICKS.map(({ id }) => id)],
  );
  const deadline = Date.now() + SHOWN_PATIENCE_MS;
  const marked = MARKER_NOTES.map(({ id }) => id);
  const showing = fleet.clients.filter(({ sync }) => marked.some((id) => sync.table('trial_notes').get(id) !== undefined));
  const shown = (): number =>
    showing.filter(({ sync }) => marked.some((id) => sync.table('trial_notes').get(id)?.['body'] === mark)).length;
  while (shown() < showing.length && Date.now() < deadline) await sleep(20);
  return { shownBy: shown(), lastXid: BigInt(rows[0]?.xid ?? 0) };
}
