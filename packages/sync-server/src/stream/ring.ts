import { contains, type Position, type ScopeKey } from '@elira/protocol';
import type { Access } from './access.ts';
import { LatestBatches } from './latest-batches.ts';
import { sizeOfMembership } from '../route/membership-changes.ts';
import { mergeChanges, sizeOf, type ScopeChanges } from '../route/scope-changes.ts';
import type { RoutedWindow } from '../route/route-window.ts';

/**
 * A moment between two batches. The state of the database, as far as scopes show it, is the same at every position from
 * `first` to `last`: the reads between them found no change.
 */
export type Edge = { readonly index: number; readonly first: Position; last: Position };

/** What leads from edge `index` to edge `index + 1`. */
export type Batch = RoutedWindow & {
  readonly index: number;
  readonly bytes: number;
  /** The last position at which its first edge held. */ readonly before: Position;
};

const NO_BATCHES: readonly Batch[] = [];
/** Bytes counted for the id of a row on which viewers may rest. */
const IDENTITY_BYTES = 96;

export type RingLimits = { readonly ringBytes: number; readonly ringBatches: number };

/**
 * The bounded memory of what was streamed. Connections are cursors over it, so it is the only place where batches wait.
 * Edges ascend by inclusion.
 */
export class Ring {
  readonly #limits: RingLimits;
  #edges: Edge[];
  #batches: Batch[] = [];
  readonly #latest = new LatestBatches();
  #bytes = 0;

  constructor(limits: RingLimits, at: Position) {
    this.#limits = limits;
    this.#edges = [{ index: 0, first: at, last: at }];
  }

  get head(): Edge {
    return this.#edges[this.#edges.length - 1] as Edge;
  }

  /** Index of the oldest edge that can still be served from. */
  get oldest(): number {
    return (this.#edges[0] as Edge).index;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A read that found nothing: the head's state holds at `position` too. */
  advance(position: Position): void {
    this.head.last = position;
  }

  push(routed: RoutedWindow, to: Position): Batch {
    let bytes = 0;
    for (const changes of routed.scopes.values()) bytes += sizeOf(changes);
    bytes += sizeOfMembership(routed.members) + routed.identities.size * IDENTITY_BYTES;
    const batch = { ...routed, index: this.head.index, bytes, before: this.head.last };
    this.#batches.push(batch);
    this.#latest.add(batch);
    this.#edges.push({ index: batch.index + 1, first: to, last: to });
    this.#bytes += bytes;
    while (
      this.#batches.length > this.#limits.ringBatches ||
      (this.#bytes > this.#limits.ringBytes && this.#batches.length > 0)
    ) {
      const gone = this.#batches.shift() as Batch;
      this.#bytes -= gone.bytes;
      this.#edges.shift();
      this.#latest.forget(gone);
    }
    return batch;
  }

  /** The latest edge whose state a client at `position` has in full, or undefined when the ring does not reach back so far. */
  latestContainedIn(position: Position): Edge | undefined {
    let low = 0;
    let high = this.#edges.length - 1;
    let found: Edge | undefined;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const edge = this.#edges[middle] as Edge;
      if (contains(position, edge.first)) {
        found = edge;
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return found;
  }

  /** The batches from edge `from` to the head. `from` must not be older than `oldest`. */
  since(from: number): readonly Batch[] {
    return this.#batches.slice(from - this.oldest);
  }

  /** Whether nothing happened in a scope from edge `from` to the head. */
  isQuiet(scope: ScopeKey, from: number): boolean {
    return this.#latest.ofScope(scope) < from;
  }

  /** All that happened in a scope from edge `from` to the head, collapsed into one step. */
  collapse(scope: ScopeKey, from: number): ScopeChanges {
    const result: ScopeChanges = new Map();
    if (this.isQuiet(scope, from)) return result;
    for (const batch of this.since(from)) {
      const changes = batch.scopes.get(scope);
      if (changes !== undefined) mergeChanges(result, changes);
    }
    return result;
  }

  /** The first edge from which on a scope can be followed without a reload, at or after edge `from`. */
  firstEdgeWithoutReload(from: number, feeds: (tableId: number) => boolean): number {
    let edge = from;
    if (this.#latest.reload < from) return edge;
    for (const batch of this.since(from)) {
      if ([...batch.reload].some(feeds)) edge = batch.index + 1;
    }
    return edge;
  }

  /** The batches from edge `from` to the head if one of them may have changed what a viewer may receive, else none. */
  turningSince(from: number, { user, restsOn }: Pick<Access, 'user' | 'restsOn'>): readonly Batch[] {
    const latest = this.#latest;
    const turned =
      latest.reload >= from ||
      (user !== undefined && latest.ofUser(user) >= from) ||
      restsOn.some((row) => latest.ofIdentity(row) >= from);
    return turned ? this.since(from) : NO_BATCHES;
  }
}
