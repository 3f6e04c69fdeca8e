import { contains, type ScopeKey } from '@elira/protocol';
import type { ScopeRouter } from '@elira/rules';
import { withOwedDrops, type ScopeChanges } from '../route/scope-changes.ts';
import type { Behind, Connection } from './connection.ts';
import type { Ring } from './ring.ts';
import type { ScopeRows } from './scope-lines.ts';
import type { ScopeSnapshot } from './scope-snapshots.ts';

/** How a connection gets from where it stands to the head, or what it must wait for. */
export type Step = {
  /** Scopes that need a snapshot which is not at hand. */
  readonly missing: readonly ScopeKey[];
  /** The head does not yet contain a snapshot that is. */
  readonly early: boolean;
  /** The lines of the step, made when called; only when nothing is waited for. */
  readonly lines: () => string[];
};

/** Of those for whom nothing has happened since: after a restart nearly all, and nothing is made for them. */
const NOTHING_SINCE: Step = { missing: [], early: false, lines: () => [] };

/**
 * Scope by scope: what happened since the edge where the connection stands, collapsed, without leaves that its position contains; or,
 * for a scope it does not hold or that was reloaded meanwhile, a snapshot brought forward from the last edge that it contains.
 * Decides only; the snapshots at hand are asked for through `snapshots`.
 */
export function stepToHead(
  connection: Pick<Connection, 'scopes' | 'gathered' | 'dialect'>,
  standing: Behind,
  ring: Ring,
  engine: {
    readonly router: Pick<ScopeRouter, 'feeds'>;
    readonly snapshots: { readonly get: (scope: ScopeKey, minEdge: number, ring: Ring) => ScopeSnapshot | undefined };
    readonly limits: { readonly frameBytes: number };
  },
): Step {
  const { position, edge: stoodAt, needs } = standing;
  if (position !== undefined && stoodAt === ring.head.index && needs.size === 0) return NOTHING_SINCE;
  const missing: ScopeKey[] = [];
  const lines: (() => string[])[] = [];
  let early = false;
  const { dialect } = connection;
  for (const scope of connection.scopes) {
    const need = needs.get(scope);
    const from = Math.max(need ?? stoodAt ?? ring.oldest, ring.oldest);
    const edge = ring.firstEdgeWithoutReload(from, (table) => engine.router.feeds(table, scope));
    if (need === undefined && position !== undefined && edge === from) {
      if (!ring.isQuiet(scope, from))
        lines.push(() => dialect.changes(scope, withOwedDrops(ring.collapse(scope, from), position), engine.limits.frameBytes));
      continue;
    }
    const gathered = connection.gathered?.get(scope);
    const snapshot = gathered !== undefined && gathered.edge >= edge ? gathered : engine.snapshots.get(scope, edge, ring);
    if (snapshot === undefined) missing.push(scope);
    else if (!contains(ring.head.last, snapshot.position)) early = true;
    else
      lines.push(() =>
        dialect.reset(scope, patched(snapshot.rows, ring.collapse(scope, snapshot.edge)), engine.limits.frameBytes),
      );
  }
  if (missing.length === 0 && !early && lines.length === 0) return NOTHING_SINCE;
  return { missing, early, lines: () => lines.flatMap((make) => make()) };
}

/** A snapshot's rows brought forward by what happened since. */
function patched(rows: ScopeRows, changes: ScopeChanges): ScopeRows {
  if (changes.size === 0) return rows;
  const result = new Map([...rows].map(([table, bodies]) => [table, new Map(bodies)]));
  for (const [table, { puts, drops }] of changes) {
    const bodies = result.get(table) ?? new Map<string, string>();
    for (const key of drops.keys()) bodies.delete(key);
    for (const [key, body] of puts) bodies.set(key, body);
    result.set(table, bodies);
  }
  return result;
}
