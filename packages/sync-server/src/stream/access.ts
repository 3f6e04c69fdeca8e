import type { ScopeKey } from '@elira/protocol';
import type { Granted } from './granted.ts';

/** Who asks, as the application found out for this request; never from the request's parameters. */
export type Viewer = {
  /** Scopes this viewer receives whatever the data says. */
  readonly scopes: readonly ScopeKey[];
  /** Id of the user for whom rows open further scopes (`grants` of the rules). */
  readonly user?: string;
  /** Rows, by table and key, on which all this rests: the stream ends when one goes or moves. Their tables are `identities` of the rules. */
  readonly restsOn?: readonly { readonly table: string; readonly key: string }[];
  /** When it ends by itself, in milliseconds since 1970. */
  readonly expiresAt?: number;
  /** What the metrics count it as, such as 'admin'. */
  readonly label?: string;
};

/** What a connection may receive, kept true as long as it lasts. */
export type Access = {
  readonly fixed: readonly ScopeKey[];
  readonly granted: Granted;
  /** What was asked for; undefined: everything. */
  readonly wanted: ReadonlySet<ScopeKey> | undefined;
  readonly user: string | undefined;
  /** `rowId`s. */
  readonly restsOn: readonly string[];
  readonly expiresAt: number | undefined;
  readonly label: string | undefined;
};

export const NOBODY: Access = {
  fixed: [],
  granted: new Map(),
  wanted: undefined,
  user: undefined,
  restsOn: [],
  expiresAt: undefined,
  label: undefined,
};

/** The scopes that an access amounts to now. */
export function scopesOf({ fixed, granted, wanted }: Access): ScopeKey[] {
  const all = [...new Set([...fixed, ...granted.keys()])];
  return wanted === undefined ? all : all.filter((scope) => wanted.has(scope));
}
