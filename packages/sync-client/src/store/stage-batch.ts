import type { Row, ScopeDelta, ScopeKey } from '@elira/protocol';
import { StreamFault } from '../connect/client-problem.ts';

export type TableRows = Map<string, Row>;
/** What one scope holds, by table and key. */
export type ScopeRows = Map<string, TableRows>;

/** What a batch does to one scope, all its lines together. `undefined` stands for a row that leaves. */
export type StagedScope = {
  /** What the scope held before goes. */
  readonly replace: boolean;
  readonly tables: Map<string, Map<string, Row | undefined>>;
};

/**
 * The net effect of a batch's lines per scope, without touching anything. Lines count in order; within one line the drops
 * come before the puts, so a key that stands in both is held.
 *
 * Throws StreamFault: `scope_missing` for a line that continues a scope which is not held, `malformed_stream` for a reset
 * that is not a scope's first line.
 */
export function stageBatch(deltas: readonly ScopeDelta[], isHeld: (scope: ScopeKey) => boolean): Map<ScopeKey, StagedScope> {
  const staged = new Map<ScopeKey, StagedScope>();
  deltas.forEach((delta, index) => {
    const scope = staged.get(delta.scope) ?? begin(delta, index, isHeld);
    if (delta.reset === true && staged.has(delta.scope)) {
      throw new StreamFault('malformed_stream', `line ${index + 1} of a batch resets a scope that has begun`);
    }
    staged.set(delta.scope, scope);
    for (const [table, keys] of Object.entries(delta.drop ?? {})) {
      const rows = tableOf(scope, table);
      for (const key of keys) rows.set(key, undefined);
    }
    for (const [table, pairs] of Object.entries(delta.put ?? {})) {
      const rows = tableOf(scope, table);
      for (const [key, row] of pairs) rows.set(key, row);
    }
  });
  return staged;
}

function begin(delta: ScopeDelta, index: number, isHeld: (scope: ScopeKey) => boolean): StagedScope {
  if (delta.reset !== true && !isHeld(delta.scope)) {
    throw new StreamFault('scope_missing', `line ${index + 1} of a batch continues a scope that is not held`);
  }
  return { replace: delta.reset === true, tables: new Map() };
}

function tableOf(scope: StagedScope, table: string): Map<string, Row | undefined> {
  let rows = scope.tables.get(table);
  if (rows === undefined) scope.tables.set(table, (rows = new Map()));
  return rows;
}
