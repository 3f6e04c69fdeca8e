import type { ScopeKey } from '@elira/protocol';
import type { ShownRouting } from '@elira/rules';
import type { ScopeChanges } from '../route/scope-changes.ts';
import { batchFrame, messagesFrame, plainFrame, type Frame } from './frame.ts';
import { changeLines, resetLines, type ScopeRows } from './scope-lines.ts';

/**
 * In which words a connection is told what happened in its scopes: the rows themselves, or the application's summary of them. What
 * concerns a connection is decided before; a dialect only says it.
 */
export type Dialect = {
  /** Connections of one dialect share frames. */
  readonly name: string;
  readonly changes: (scope: ScopeKey, changes: ScopeChanges, lineChars: number) => string[];
  /** A scope begins anew. */
  readonly reset: (scope: ScopeKey, rows: ScopeRows, lineChars: number) => string[];
  /** The frame that carries these lines, to be completed by the cursor's second half. */
  readonly batch: (lines: readonly string[], place: string, frameChars: number, ageMs: number) => Frame;
  readonly withdrawal: (scopes: readonly ScopeKey[]) => Frame;
};

export const ROWS: Dialect = {
  name: 'rows',
  changes: changeLines,
  reset: resetLines,
  batch: batchFrame,
  withdrawal: (scopes) => plainFrame('withdraw', { scopes }),
};

/** An application's own short messages, for clients that fetch for themselves: what they say is all that is sent, and never a row. */
export type Summary = {
  /**
   * What to say of a row that is in a scope now, with its content under the scope's mask as JSON, or has left it (`row` undefined): then
   * `was` has what that mask shows of the columns that decided who received it, once for each place where it stood.
   */
  readonly ofChange: (change: {
    readonly scope: ScopeKey;
    readonly table: string;
    readonly key: string;
    readonly row: string | undefined;
    readonly was: ShownRouting;
  }) => object | undefined;
  /** What to say when anything in a scope may be different: it was opened, withdrawn, or begins anew. */
  readonly ofScope: (scope: ScopeKey) => readonly object[];
};

/**
 * Each message once per batch, as events without a name. Where nothing can be said of a change, since its row is not as the application
 * thinks, its scope is said to be different: one row stops nobody's stream.
 */
export function summaryDialect({ ofChange, ofScope }: Summary): Dialect {
  const linesOf = (scopes: readonly ScopeKey[]): string[] =>
    scopes.flatMap((scope) => ofScope(scope).map((said) => JSON.stringify(said)));
  return {
    name: 'summary',
    changes(scope, changes) {
      const lines = new Set<string>();
      const say = (table: string, key: string, row: string | undefined, was: ShownRouting): void => {
        try {
          const said = ofChange({ scope, table, key, row, was });
          if (said !== undefined) lines.add(JSON.stringify(said));
        } catch {
          for (const line of linesOf([scope])) lines.add(line);
        }
      };
      for (const [table, { puts, drops }] of changes) {
        for (const [key, leaves] of drops) for (const { was } of leaves) say(table, key, undefined, was);
        for (const [key, row] of puts) say(table, key, row, {});
      }
      return [...lines];
    },
    reset: (scope) => linesOf([scope]),
    batch: (lines, place) => messagesFrame([...new Set(lines)], place),
    withdrawal: (scopes) => messagesFrame([...new Set(linesOf(scopes))]),
  };
}
