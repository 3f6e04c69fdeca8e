import { parsePosition, Problem, type Position, type ScopeKey } from '@elira/protocol';
import { masksOf, scopeQueries, type RuleSet, type ScopeQuery, type TableRule } from '@elira/rules';
import { beginLocked } from '../read/begin-locked.ts';
import type pg from 'pg';
import type { SyncMetrics } from '../observe/sync-metrics.ts';
import type { Identity } from '../read/read-session.ts';
import { readTogether } from '../read/read-together.ts';
import { renderingCode, renderRows, shapeCode, type SetAside } from '../read/render-rows.ts';
import type { Ring } from './ring.ts';
import { rowsOfMany, type Bodies } from './rows-of-many.ts';
import type { ScopeRows } from './scope-lines.ts';

/** All rows of one scope at one position, rendered once for everybody who needs them. */
export type ScopeSnapshot = {
  readonly scope: ScopeKey;
  readonly position: Position;
  /** The latest edge of the ring that the position contains: batches from there on lead further. */
  readonly edge: number;
  readonly rows: ScopeRows;
  readonly bytes: number;
};

export type ScopeSnapshotOptions = {
  readonly pool: pg.Pool;
  readonly rules: RuleSet;
  readonly limits: { readonly rowsPerScope: number; readonly batchBytes: number; readonly snapshotCacheBytes: number };
  readonly metrics: SyncMetrics;
  readonly onSetAside: SetAside;
  /** Transactions at the same time; 4 unless told. */
  readonly transactions?: number;
};

/** A snapshot this many batches old is taken anew: patching it would cost more. */
const MOST_BATCHES_BEHIND = 256;
/** Scopes that are rendered in one transaction, and transactions at the same time. */
const SCOPES_TOGETHER = 96;
const TRANSACTIONS = 4;
/** Bytes counted for a row beside its text. */
const ROW_BYTES = 96;

type Wanted = { readonly scope: ScopeKey; readonly identity: Identity };
type Rendered = { readonly rows: ScopeRows; readonly bytes: number };

export class ScopeSnapshots {
  readonly #options: ScopeSnapshotOptions;
  readonly #held = new Map<ScopeKey, ScopeSnapshot>();
  readonly #pending = new Map<ScopeKey, Promise<ScopeSnapshot | undefined>>();
  #bytes = 0;
  /** Grows with each history: what was begun under an older one is not kept. */
  #generation = 0;
  /** Whoever needs a scope while others are rendered gets it with those who wait as well, in one transaction. */
  readonly #read: (wanted: Wanted) => Promise<Rendered & { readonly position: Position }>;

  constructor(options: ScopeSnapshotOptions) {
    this.#options = options;
    const width = options.transactions ?? TRANSACTIONS;
    this.#read = readTogether((wanted) => this.#readApart(wanted), { most: SCOPES_TOGETHER, width });
  }

  /** A snapshot that contains edge `minEdge`, if one is at hand. */
  get(scope: ScopeKey, minEdge: number, ring: Ring): ScopeSnapshot | undefined {
    const snapshot = this.#held.get(scope);
    if (snapshot === undefined) return undefined;
    const useful =
      snapshot.edge >= minEdge && snapshot.edge >= ring.oldest && ring.head.index - snapshot.edge <= MOST_BATCHES_BEHIND;
    if (!useful) return undefined;
    this.#held.delete(scope);
    this.#held.set(scope, snapshot);
    return snapshot;
  }

  /**
   * The snapshot that is under way or is begun now; one per scope at most. Undefined when the ring has left it behind meanwhile. Kept for
   * others only where `isShared` says, when it has come, that there are any: most scopes are one person's.
   */
  request(
    scope: ScopeKey,
    ring: Ring,
    { identity, isShared }: { readonly identity: Identity; readonly isShared: (scope: ScopeKey) => boolean },
  ): Promise<ScopeSnapshot | undefined> {
    let pending = this.#pending.get(scope);
    if (pending === undefined) {
      const rendering = this.#render(scope, ring, { identity, isShared }).finally(() => {
        if (this.#pending.get(scope) === rendering) this.#pending.delete(scope);
      });
      this.#pending.set(scope, rendering);
      pending = rendering;
    }
    return pending;
  }

  clear(): void {
    this.#generation += 1;
    this.#held.clear();
    this.#pending.clear();
    this.#bytes = 0;
  }

  async #render(
    scope: ScopeKey,
    ring: Ring,
    { identity, isShared }: { readonly identity: Identity; readonly isShared: (scope: ScopeKey) => boolean },
  ): Promise<ScopeSnapshot | undefined> {
    const generation = this.#generation;
    const { position, rows, bytes } = await this.#read({ scope, identity });
    const edge = ring.latestContainedIn(position);
    if (edge === undefined || generation !== this.#generation) return undefined;
    const snapshot = { scope, position, edge: edge.index, rows, bytes };
    if (isShared(scope)) this.#keep(snapshot);
    return snapshot;
  }

  /** Where a table is no longer as the rules say, the scopes that it feeds fail alone. */
  async #readApart(wanted: readonly Wanted[]): Promise<(one: Wanted) => Rendered & { position: Position }> {
    try {
      return await this.#readAll(wanted);
    } catch (error) {
      const code = shapeCode(error);
      if (code === undefined) throw error;
      if (new Set(wanted.map(({ scope }) => scope)).size === 1)
        throw new Problem('capture_incomplete', undefined, { cause: error });
    }
    const answers = new Map<ScopeKey, (one: Wanted) => Rendered & { position: Position }>();
    for (const one of wanted) {
      if (answers.has(one.scope)) continue;
      const answer = await this.#readApart([one]).catch((error: unknown) => () => {
        throw error;
      });
      answers.set(one.scope, answer);
    }
    return (one) => (answers.get(one.scope) as (one: Wanted) => Rendered & { position: Position })(one);
  }

  async #readAll(wanted: readonly Wanted[]): Promise<(one: Wanted) => Rendered & { position: Position }> {
    const { pool, rules, limits } = this.#options;
    const client = await pool.connect();
    let failure: Error | undefined;
    try {
      const queries = new Map(wanted.map(({ scope }) => [scope, scopeQueries(rules, scope, limits.rowsPerScope + 1)]));
      await beginLocked(client, tablesOf(rules, [...queries.values()].flat()));
      const head = await client.query<{ at: string; incarnation: string | null }>(
        'SELECT pg_current_snapshot()::text AS at, (SELECT i.id FROM sync.incarnation i) AS incarnation',
      );
      const { at = '', incarnation } = head.rows[0] ?? {};
      const position = parsePosition(at);
      const known = await rowsOfMany(client, [...queries.values()].flat(), limits.rowsPerScope);
      const rendered = new Map<ScopeKey, Rendered | Problem>();
      for (const [scope, ofScope] of queries) rendered.set(scope, await this.#renderOne(client, ofScope, known));
      await client.query('COMMIT');
      return ({ scope, identity }) => {
        if (incarnation !== identity.incarnation) throw new Problem('epoch_changed');
        const found = rendered.get(scope) as Rendered | Problem;
        if (found instanceof Problem) throw found;
        return { position, ...found };
      };
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      await client.query('ROLLBACK').catch(() => {});
      throw failure;
    } finally {
      client.release(failure);
    }
  }

  /** The rows of one scope, or that there are too many of them. */
  async #renderOne(
    client: pg.ClientBase,
    queries: readonly ScopeQuery[],
    known: ReadonlyMap<ScopeQuery, Bodies>,
  ): Promise<Rendered | Problem> {
    const { limits, metrics } = this.#options;
    const rows = new Map<string, Map<string, string>>();
    let bytes = 0;
    for (const query of queries) {
      const bodies = known.get(query) ?? (await this.#rowsOf(client, query));
      for (const [key, body] of bodies) bytes += key.length + body.length + ROW_BYTES;
      if (bodies.size > limits.rowsPerScope || bytes > limits.batchBytes) return new Problem('scope_too_large');
      rows.set(query.table, bodies);
    }
    metrics.snapshots += 1;
    return { rows, bytes };
  }

  async #rowsOf(client: pg.ClientBase, query: ScopeQuery): Promise<Map<string, string>> {
    await client.query('SAVEPOINT scope');
    try {
      const { rows } = await client.query<[string, string]>({ text: query.text, values: [...query.values], rowMode: 'array' });
      return new Map(rows);
    } catch (error) {
      const masks = masksOf(this.#options.rules).get(query.table);
      if (renderingCode(error) === undefined || masks === undefined) throw error;
      await client.query('ROLLBACK TO SAVEPOINT scope');
      const { rows } = await client.query<[string]>({ text: query.keysText, values: [...query.values], rowMode: 'array' });
      const keys = rows.map(([key]) => key);
      const states = await renderRows(client, masks, keys, this.#options.onSetAside);
      const rendered = new Map<string, string>();
      for (const [key, { bodies }] of states) {
        const body = bodies[query.mask];
        if (body !== undefined) rendered.set(key, body);
      }
      return rendered;
    }
  }

  #keep(snapshot: ScopeSnapshot): void {
    const { snapshotCacheBytes } = this.#options.limits;
    this.#drop(snapshot.scope);
    if (snapshotCacheBytes === 0) return;
    this.#held.set(snapshot.scope, snapshot);
    this.#bytes += snapshot.bytes;
    for (const scope of this.#held.keys()) {
      if (this.#bytes <= snapshotCacheBytes || scope === snapshot.scope) break;
      this.#drop(scope);
    }
  }

  #drop(scope: ScopeKey): void {
    const old = this.#held.get(scope);
    if (old === undefined) return;
    this.#held.delete(scope);
    this.#bytes -= old.bytes;
  }
}

function tablesOf(rules: RuleSet, queries: readonly ScopeQuery[]): TableRule[] {
  return rules.tables.filter(({ name }) => queries.some(({ table }) => table === name));
}
