import { setImmediate as turn } from 'node:timers/promises';
import { Digest, type Position, type ScopeKey } from '@elira/protocol';
import type { Identity } from '../read/read-session.ts';
import type { Ring } from '../stream/ring.ts';
import type { ScopeRows } from '../stream/scope-lines.ts';
import type { ScopeSnapshots } from '../stream/scope-snapshots.ts';

/** The rows of one scope at one position, in numbers. */
export type ScopeDigest = { readonly position: Position; readonly digest: Digest };

/** Rows that are hashed before others get their turn. */
const SLICE_ROWS = 200;
/** Counted for a digest beside its rows. */
const DIGEST_ROWS = 100;

type Held = { readonly ring: Ring; readonly madeAt: number; readonly of: ScopeDigest };

/**
 * The digests that clients are compared with. In: scopes. Out: of each the digest at some position of late. The promise: a scope is read
 * and hashed once for all who ask within `digestSeconds`, a slice at a time, and no more is kept than `digestRows` says.
 */
export class ScopeDigests {
  readonly #snapshots: Pick<ScopeSnapshots, 'request'>;
  readonly #limits: { readonly digestSeconds: number; readonly digestRows: number };
  readonly #now: () => number;
  readonly #held = new Map<ScopeKey, Held>();
  readonly #pending = new Map<ScopeKey, { readonly ring: Ring; readonly digest: Promise<ScopeDigest | undefined> }>();
  #rows = 0;

  constructor(options: {
    readonly snapshots: Pick<ScopeSnapshots, 'request'>;
    readonly limits: { readonly digestSeconds: number; readonly digestRows: number };
    readonly now?: () => number;
  }) {
    this.#snapshots = options.snapshots;
    this.#limits = options.limits;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Undefined where none could be made: the ring has left it behind meanwhile. */
  async of(scope: ScopeKey, ring: Ring, identity: Identity): Promise<ScopeDigest | undefined> {
    const held = this.#held.get(scope);
    if (held?.ring === ring && this.#now() - held.madeAt <= this.#limits.digestSeconds * 1000) {
      this.#held.delete(scope);
      this.#held.set(scope, held);
      return held.of;
    }
    const pending = this.#pending.get(scope);
    if (pending?.ring === ring) return await pending.digest;
    const digest = this.#make(scope, ring, identity).finally(() => {
      if (this.#pending.get(scope)?.digest === digest) this.#pending.delete(scope);
    });
    this.#pending.set(scope, { ring, digest });
    return await digest;
  }

  async #make(scope: ScopeKey, ring: Ring, identity: Identity): Promise<ScopeDigest | undefined> {
    const madeAt = this.#now();
    // Of the rows their digest is kept.
    const snapshot = await this.#snapshots.request(scope, ring, { identity, isShared: () => false });
    if (snapshot === undefined) return undefined;
    const made = { position: snapshot.position, digest: await digestOf(snapshot.rows) };
    this.#keep(scope, { ring, madeAt, of: made });
    return made;
  }

  #keep(scope: ScopeKey, held: Held): void {
    this.#drop(scope);
    this.#held.set(scope, held);
    this.#rows += weight(held);
    for (const oldest of this.#held.keys()) {
      if (this.#rows <= this.#limits.digestRows) break;
      this.#drop(oldest);
    }
  }

  #drop(scope: ScopeKey): void {
    const old = this.#held.get(scope);
    if (old === undefined) return;
    this.#held.delete(scope);
    this.#rows -= weight(old);
  }
}

function weight({ of: { digest } }: Held): number {
  return digest.size + DIGEST_ROWS;
}

async function digestOf(rows: ScopeRows): Promise<Digest> {
  const digest = new Digest();
  for (const [table, bodies] of rows) {
    for (const [key, body] of bodies) {
      digest.add(table, key, JSON.parse(body) as object);
      if (digest.size % SLICE_ROWS === 0) await turn();
    }
  }
  return digest;
}
