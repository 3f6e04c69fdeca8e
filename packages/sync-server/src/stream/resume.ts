import type { ScopeKey } from '@elira/protocol';
import type { Reader } from '../read/reader.ts';
import type { Standing } from './connection.ts';
import { heldScopes, type CursorGrant, type CursorPlace } from './cursor-codec.ts';
import type { StreamHub } from './hub.ts';
import { needsEverything } from './hub.ts';

/**
 * The one rule for everybody who arrives: in the ring, from the ring; else from the database, which decides whether its index reaches
 * back so far; else, and wherever the cursor belongs to another history, a fresh snapshot.
 */
export type Resumption = { readonly standing: Standing; readonly from: 'ring' | 'database' | 'snapshot' };

export async function resume(options: {
  readonly cursor: { readonly place: CursorPlace; readonly grant: CursorGrant } | undefined;
  readonly scopes: readonly ScopeKey[];
  readonly hub: StreamHub;
  readonly reader: Reader;
  readonly knowsStart: (start: string) => Promise<boolean>;
}): Promise<Resumption | undefined> {
  const { cursor, scopes, hub, reader } = options;
  const ring = hub.ring;
  if (ring === undefined || hub.identity === undefined) return undefined;
  const everything: Resumption = { standing: needsEverything(scopes, ring), from: 'snapshot' };
  if (cursor === undefined || cursor.place.epoch !== hub.identity.epoch) return everything;
  const { place, grant } = cursor;
  if (place.position.xmax < grant.since && !place.rounded) return everything;
  if (!(await options.knowsStart(place.start))) return everything;
  if (hub.ring !== ring) return resume({ ...options, cursor: undefined });
  const held = heldScopes(grant, scopes);
  if (held.size === 0) return everything;
  const edge = ring.latestContainedIn(place.position);
  const needs = new Map(scopes.filter((scope) => !held.has(scope)).map((scope) => [scope, ring.head.index]));
  if (edge === undefined && needs.size > 0) return everything;
  return {
    standing: {
      kind: 'behind',
      position: place.position,
      edge: edge?.index,
      needs,
      notBefore: place.rounded ? reader.begun() + 1 : 0,
    },
    from: edge === undefined ? 'database' : 'ring',
  };
}
