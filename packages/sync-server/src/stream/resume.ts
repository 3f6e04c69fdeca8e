import type { ScopeKey } from '@elira/protocol';
import type { ScopeRouter } from '@elira/rules';
import type { Reader } from '../read/reader.ts';
import { needsEverything, type Behind, type Connection } from './connection.ts';
import { heldScopes, namesNoMoreThan, type Cursor } from './cursor-codec.ts';
import type { StreamHub } from './hub.ts';
import { interrupted } from './interrupted.ts';
import type { Ring } from './ring.ts';

/**
 * The one rule for everybody who arrives: in the ring, from the ring; else from the database, which decides whether its index reaches
 * back so far; else, and wherever the cursor belongs to another history, a fresh snapshot.
 */
export type Resumption = {
  readonly standing: Behind;
  readonly from: 'ring' | 'database' | 'snapshot';
  /** The second half of its cursor, where that names the very scopes that it holds: as long as it does, it may go on with it. */
  readonly grant?: { readonly text: string; readonly scopes: readonly ScopeKey[] };
};

const NO_NEEDS: ReadonlyMap<ScopeKey, number> = new Map();

/** Where a connection that has entered begins. Undefined when the history ended meanwhile. */
export async function resume(
  connection: Connection,
  { cursor, ring }: { readonly cursor: Cursor | undefined; readonly ring: Ring },
  engine: {
    readonly hub: StreamHub;
    readonly reader: Reader;
    readonly router: ScopeRouter;
    readonly knowsStart: (start: string) => Promise<boolean>;
  },
): Promise<Resumption | undefined> {
  const { hub } = engine;
  const usable = cursor !== undefined && isOfThisHistory(cursor, hub) && (await engine.knowsStart(cursor.place.start));
  if (hub.ring !== ring) return undefined;
  // The scopes as they are by now.
  const { scopes, access } = connection;
  const everything: Resumption = { standing: needsEverything(scopes, ring), from: 'snapshot' };
  if (!usable) return everything;
  const { place, grant } = cursor;
  const edge = ring.latestContainedIn(place.position)?.index;
  const turning = edge === undefined ? [] : ring.turningSince(edge, access);
  const broken = interrupted(access, scopes, turning, engine.router);
  const held = heldScopes(grant, scopes);
  if (broken === 'all' || held.size === 0) return everything;
  const anew = scopes.filter((scope) => !held.has(scope) || broken.has(scope));
  if (edge === undefined && anew.length > 0) return everything;
  return {
    standing: {
      kind: 'behind',
      position: place.position,
      edge,
      needs: anew.length === 0 ? NO_NEEDS : new Map(anew.map((scope) => [scope, ring.head.index])),
      notBefore: place.rounded ? engine.reader.begun() + 1 : 0,
    },
    from: edge === undefined ? 'database' : 'ring',
    ...(held.size === scopes.length && namesNoMoreThan(scopes.length, grant) ? { grant: { text: grant.text, scopes } } : {}),
  };
}

function isOfThisHistory({ place, grant }: Cursor, hub: StreamHub): boolean {
  if (place.epoch !== hub.identity?.epoch) return false;
  return place.rounded || place.position.xmax >= grant.since;
}
