import type { ScopeKey } from '@elira/protocol';
import type { MembershipChanges } from '../route/membership-changes.ts';

/** The scopes that rows open for one user, each with the `rowId`s of the rows that do. */
export type Granted = Map<ScopeKey, Set<string>>;

export type Turn = {
  readonly lost: readonly ScopeKey[];
  /** Opened now, or after an interruption: what is held of them counts for nothing. */
  readonly gained: readonly ScopeKey[];
};

/** Brings `granted` forward by what a window did to one user's memberships, and tells which scopes that closes and opens. */
export function turnGranted(granted: Granted, changes: ReturnType<MembershipChanges['get']>): Turn {
  const lost: ScopeKey[] = [];
  const gained: ScopeKey[] = [];
  for (const [scope, touched] of changes ?? []) {
    const rows = granted.get(scope) ?? new Set();
    const held = rows.size > 0;
    const throughout = [...rows].some((row) => !touched.has(row));
    for (const [row, opens] of touched) {
      if (opens) rows.add(row);
      else rows.delete(row);
    }
    if (rows.size > 0) granted.set(scope, rows);
    else granted.delete(scope);
    if (rows.size === 0 && held) lost.push(scope);
    else if (rows.size > 0 && !throughout) gained.push(scope);
  }
  return { lost, gained };
}
