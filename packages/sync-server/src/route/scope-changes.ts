import { sees, type Position } from '@elira/protocol';
import type { ShownRouting } from '@elira/rules';

/** Before which transaction a row stood in a scope that it is no longer in, and what may be told there of where it stood. */
export type Leave = { readonly xid: bigint; readonly was: ShownRouting };

/** What happened to the rows of one table within one scope. */
export type TableChanges = {
  /** Key → JSON text: in the scope at the end, with this content. */
  readonly puts: Map<string, string>;
  /** Key → its leaves, not in the scope at the end. */
  readonly drops: Map<string, readonly Leave[]>;
};

/** What happened in one scope between two positions, by table name. */
export type ScopeChanges = Map<string, TableChanges>;

/** The changes of `table`, made empty if there are none yet. */
export function tableChanges(changes: ScopeChanges, table: string): TableChanges {
  let found = changes.get(table);
  if (found === undefined) {
    found = { puts: new Map(), drops: new Map() };
    changes.set(table, found);
  }
  return found;
}

/** Adds what happened next. A row that is put is in the scope again; one that is dropped has left by all its transactions. */
export function mergeChanges(into: ScopeChanges, next: ScopeChanges): void {
  for (const [table, { puts, drops }] of next) {
    const target = tableChanges(into, table);
    for (const [key, body] of puts) {
      target.drops.delete(key);
      target.puts.set(key, body);
    }
    for (const [key, leaves] of drops) {
      target.puts.delete(key);
      target.drops.set(key, [...(target.drops.get(key) ?? []), ...leaves]);
    }
  }
}

/**
 * Keeps of the leaves those with a transaction that `cursor` does not contain. A client served from an older edge may be sent
 * states twice, but is never told that a row left which left before its cursor: it may never have known that key.
 */
export function withOwedDrops(changes: ScopeChanges, cursor: Position): ScopeChanges {
  const result: ScopeChanges = new Map();
  for (const [table, { puts, drops }] of changes) {
    const owed = new Map<string, readonly Leave[]>();
    for (const [key, leaves] of drops) {
      const unseen = leaves.filter(({ xid }) => !sees(cursor, xid));
      if (unseen.length > 0) owed.set(key, unseen);
    }
    if (puts.size > 0 || owed.size > 0) result.set(table, { puts, drops: owed });
  }
  return result;
}

/** Bytes of text held, roughly: what the ring's limit counts. */
export function sizeOf(changes: ScopeChanges): number {
  const [perEntry, perLeave] = [64, 96];
  let bytes = 0;
  for (const { puts, drops } of changes.values()) {
    for (const [key, body] of puts) bytes += key.length + body.length + perEntry;
    for (const [key, leaves] of drops) bytes += key.length + leaves.length * perLeave + perEntry;
  }
  return bytes;
}
