import type { Position, ProblemCode, ScopeKey } from '@elira/protocol';
import type { Access } from './access.ts';
import type { Dialect } from './dialect.ts';
import { Tail } from './frame.ts';
import type { ScopeSnapshot } from './scope-snapshots.ts';
import type { Ring } from './ring.ts';
import type { Sink } from './sink.ts';

/**
 * A connection is a cursor over the ring, not a queue.
 *
 *   entering ──▶ behind ──▶ live ──▶ behind (socket full, scope reloaded or gained) ──▶ live …
 *                ▲     │
 *     fetching ──┘ ◀───┘ the ring no longer reaches back
 *
 * `entering`: it is known, so that what befalls its viewer befalls it, but has been answered nothing. `live`: what the client holds is
 * the state at the head, whichever edge that is: batches that concern none of its scopes need not touch it. `behind`: it holds the
 * state at `position` and waits for its socket, a later head or a snapshot. `fetching`: its changes are being read from the database.
 * Any of them can end as `closed`.
 */
export type Standing =
  | { readonly kind: 'entering'; readonly anew: Set<ScopeKey> }
  | { readonly kind: 'live' }
  | {
      readonly kind: 'behind';
      /** What the client holds; undefined: nothing yet. */
      readonly position: Position | undefined;
      /** An edge of the ring contained in `position`; undefined: none reaches back so far. */
      readonly edge: number | undefined;
      /** Scopes that must come as a snapshot, and the edge it must contain at least. */
      readonly needs: ReadonlyMap<ScopeKey, number>;
      /** Number of the read whose head may be served at the earliest. */
      readonly notBefore: number;
    }
  /** `anew`: scopes that were gained meanwhile. */
  | { readonly kind: 'fetching'; readonly anew: Set<ScopeKey> }
  | { readonly kind: 'closed'; readonly code: ProblemCode | undefined };

export type Behind = Standing & { readonly kind: 'behind' };

export type Connection = {
  readonly access: Access;
  /** What it may receive; replaced as memberships come and go. */
  scopes: readonly ScopeKey[];
  /** Second half of its cursors, and the scopes that it names. */
  grant: { readonly scopes: readonly ScopeKey[]; readonly tail: Tail };
  readonly sink: Sink;
  readonly dialect: Dialect;
  standing: Standing;
  /** Whether a drain will call it again. */
  drainAwaited: boolean;
  /** Scopes whose snapshot will call it again when it comes; undefined: none. */
  awaitedScopes: Set<ScopeKey> | undefined;
  /** Snapshots that have come while others are awaited; undefined: none. */
  gathered: Map<ScopeKey, ScopeSnapshot> | undefined;
  /** When its socket was first seen full, by `performance.now()`. */
  fullSince: number | undefined;
};

/** Before it is greeted, a connection is sent nothing that would need a cursor. */
const UNGRANTED = { scopes: [], tail: new Tail('') };

/** The standing of all that are live: one object for whatever many. */
export const LIVE: Standing = { kind: 'live' };

export function makeConnection(
  access: Access,
  scopes: readonly ScopeKey[],
  { sink, dialect }: Pick<Connection, 'sink' | 'dialect'>,
): Connection {
  return {
    access,
    scopes,
    grant: UNGRANTED,
    sink,
    dialect,
    standing: { kind: 'entering', anew: new Set() },
    drainAwaited: false,
    awaitedScopes: undefined,
    gathered: undefined,
    fullSince: undefined,
  };
}

/** Whether its client has been sent the head of an answer. */
export function isGreeted({ standing }: Connection): boolean {
  return standing.kind !== 'entering' && standing.kind !== 'closed';
}

/** A client that holds nothing: every scope comes as a snapshot. */
export function needsEverything(scopes: readonly ScopeKey[], ring: Ring): Behind {
  return {
    kind: 'behind',
    position: undefined,
    edge: undefined,
    needs: new Map(scopes.map((scope) => [scope, ring.head.index])),
    notBefore: 0,
  };
}
