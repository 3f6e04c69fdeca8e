import { scopeKey, type ScopeKey } from '@elira/protocol';
import type { History } from '../database/history.ts';
import type { Row } from '../database/model-row.ts';
import { holds, type Snapshot } from '../database/snapshot.ts';

/**
 * Scopes that were open for a person at `before` and, after one of the transactions between the two positions, were not: what is held of
 * them from before cannot be led on, though they may be open again. States inside of a transaction do not count. Pure.
 */
export function interruptedScopes(history: History, person: string, before: Snapshot, after: Snapshot): Set<ScopeKey> {
  const members = [...history.chains('member')];
  const teamsOf = (rows: ReadonlyMap<string, Row | undefined>): Set<string> =>
    new Set(
      [...rows.values()].flatMap((row) => (row?.['person'] === person && row['team'] !== null ? [String(row['team'])] : [])),
    );
  const rows = new Map<string, Row | undefined>(
    members.map(([key, chain]) => [key, chain.findLast(({ xid }) => history.committed.has(xid) && holds(before, xid))?.row]),
  );
  const held = teamsOf(rows);
  const found = new Set<ScopeKey>();
  for (const { xid } of history.commits) {
    if (holds(before, xid) || !holds(after, xid)) continue;
    const touched = members.filter(([, chain]) => chain.some((version) => version.xid === xid));
    for (const [key, chain] of touched) rows.set(key, chain.findLast((version) => version.xid === xid)?.row);
    if (touched.length === 0) continue;
    const open = teamsOf(rows);
    for (const team of held) if (!open.has(team)) found.add(scopeKey('team', 'member', team));
  }
  return found;
}
