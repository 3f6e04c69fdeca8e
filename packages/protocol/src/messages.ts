import type { ProblemDocument } from './problem.ts';
import type { ScopeKey } from './scope-key.ts';

/**
 * What one server-sent event carries. `docs/protocol.md` is the prose; these are the shapes.
 *
 *   hello      once, first                    moves no cursor
 *   part       a piece of the next batch      moves no cursor, shown to nobody
 *   batch      the rest of it, with `id:`     moves the cursor; applied whole, parts included
 *   withdraw   scopes that are lost at once   moves no cursor, may overtake everything
 *   heartbeat  nothing changed, with `id:`    moves the cursor
 *   goodbye    why the server closes          a problem document
 */
export const PROTOCOL_VERSION = 1;

/** A row as a reader of one scope receives it: camelCase column names to JSON values. */
export type Row = { readonly [column: string]: unknown };

/** One line of a batch or part: what changed in one scope. */
export type ScopeDelta = {
  readonly scope: ScopeKey;
  /** The scope's rows are replaced by those put here (and in the parts before). Stands only in a scope's first line of a batch. */
  readonly reset?: true;
  /** Per table, `[key, row]` pairs: these rows are in the scope now, with this content. */
  readonly put?: { readonly [table: string]: readonly (readonly [key: string, row: Row])[] };
  /** Per table, keys of rows that are no longer in the scope. Keys that are not held are ignored. */
  readonly drop?: { readonly [table: string]: readonly string[] };
};

export type Hello = {
  readonly protocol: number;
  readonly epoch: string;
  /** The scopes this connection holds. */
  readonly scopes: readonly ScopeKey[];
  /** Where the first batch will come from. */
  readonly resumed: 'ring' | 'database' | 'snapshot';
  readonly heartbeatSeconds: number;
};

export type Heartbeat = {
  /** Milliseconds since the server last read the database with success, when the heartbeat was framed. */
  readonly ageMs: number;
};

export type Withdraw = { readonly scopes: readonly ScopeKey[] };

export type StreamMessage =
  | { readonly event: 'hello'; readonly data: Hello }
  | { readonly event: 'part'; readonly data: readonly ScopeDelta[] }
  /** `ageMs`: as in a heartbeat, from the field `age`. */
  | { readonly event: 'batch'; readonly id: string; readonly ageMs?: number; readonly data: readonly ScopeDelta[] }
  | { readonly event: 'withdraw'; readonly data: Withdraw }
  | { readonly event: 'heartbeat'; readonly id: string; readonly data: Heartbeat }
  | { readonly event: 'goodbye'; readonly data: ProblemDocument };
