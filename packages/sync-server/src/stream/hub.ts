import { contains, problemDocument, Problem, type Position, type ProblemCode, type ScopeKey } from '@elira/protocol';
import { errorFields } from '../observe/log.ts';
import type { ChangeWindow } from '../read/change-window.ts';
import type { Identity, Overflow } from '../read/read-session.ts';
import { isEmpty, reloadOf, routeWindow } from '../route/route-window.ts';
import { withOwedDrops } from '../route/scope-changes.ts';
import { isGreeted, LIVE, needsEverything, type Behind, type Connection } from './connection.ts';
import type { ConnectionSet } from './connection-set.ts';
import { encodeGrant } from './cursor-codec.ts';
import { HeadWaiters } from './head-waiters.ts';
import type { CatchUp, HubOptions } from './hub-options.ts';
import { FirstFrames } from './first-frames.ts';
import type { Dialect } from './dialect.ts';
import { goodbyeFrame, heartbeatFrame, KEEP_ALIVE, Tail, type Frame } from './frame.ts';
import { inSlices } from './in-slices.ts';
import { needsAnew } from './interrupted.ts';
import { LastPlace } from './last-place.ts';
import { oncePerScopes } from './once-per-scopes.ts';
import { Ring, type Batch } from './ring.ts';
import { stallOf } from './stall.ts';
import { stepToHead } from './step-to-head.ts';
import { turnMemberships } from './turn-memberships.ts';

/** The age of what is served to whoever comes is rounded up to this, in milliseconds, so that many who come at once share a frame. */
const AGE_STEP_MS = 250;
/** Milliseconds in which a client may take what it is told last. */
const GOODBYE_MS = 2_000;

/**
 * stream. In: windows from the reader, connections from the handler. Out: bytes in sockets.
 * Promise: every message moves its client from the state at one snapshot to the state at a later one.
 *
 * Live delivery, slow readers, reconnecting and catching up are one mechanism (`serve`): collapse what lies between where the
 * connection stands and the head. At the head that is the shared frame.
 */
export class StreamHub {
  readonly #options: HubOptions;
  readonly #connections: ConnectionSet;
  /** Connections that wait for a later head. */
  readonly #parked = new Set<Connection>();
  readonly #headWaiters = new HeadWaiters();
  #ring: Ring | undefined;
  readonly #beatAll = inSlices<Connection>((connections, now) => this.#beat(connections, now));
  readonly #isShared = (scope: ScopeKey): boolean => this.#connections.isShared(scope);
  #identity: Identity | undefined;
  readonly #first = new FirstFrames();
  readonly #place = new LastPlace();

  constructor(options: HubOptions) {
    [this.#options, this.#connections] = [options, options.connections];
  }

  get ring(): Ring | undefined {
    return this.#ring;
  }

  get identity(): Identity | undefined {
    return this.#identity;
  }

  get size(): number {
    return this.#connections.size;
  }

  /** Bytes that wait in sockets. */
  waiting(): { waitingBytes: number; mostWaitingBytes: number } {
    return this.#connections.waiting();
  }

  beginEpoch(identity: Identity, at: Position): void {
    this.#identity = identity;
    this.#ring = new Ring(this.#options.limits, at);
    this.#options.snapshots.clear();
    this.closeAll('epoch_changed');
    this.#headWaiters.call(Number.POSITIVE_INFINITY);
  }

  continueEpoch(identity: Identity): void {
    this.#identity = identity;
  }

  take(window: ChangeWindow | Overflow): void {
    const ring = this.#ring;
    if (ring === undefined) return;
    const routed = 'changes' in window ? routeWindow(window, this.#options.router) : reloadOf(window.tables);
    if (isEmpty(routed)) ring.advance(window.to);
    else this.#takeBatch(ring.push(routed, window.to), ring);
    const parked = [...this.#parked];
    this.#parked.clear();
    for (const connection of parked) this.serve(connection);
    this.#headWaiters.call(this.#options.reader().ended());
  }

  /** Takes a connection in: from now on its scopes are kept true, and it may be closed. It is sent nothing yet. */
  enter(connection: Connection): void {
    this.#connections.add(connection);
    this.#count(connection, 1);
  }

  /** Begins to serve a connection that has entered and been greeted; `standing` says what its client holds. */
  begin(connection: Connection, standing: Behind, ring: Ring): void {
    if (connection.standing.kind !== 'entering') return;
    const { anew } = connection.standing;
    if (standing.needs.size + anew.size === 0) connection.standing = standing;
    else {
      const needs = new Map([...standing.needs].filter(([scope]) => connection.scopes.includes(scope)));
      for (const scope of anew) if (connection.scopes.includes(scope)) needs.set(scope, ring.head.index);
      connection.standing = { ...standing, needs };
    }
    this.serve(connection);
  }

  /** Resolves when the head contains `position`, or its history has ended. */
  async untilContains(ring: Ring, position: Position): Promise<void> {
    while (this.#ring === ring && !contains(ring.head.last, position)) await this.laterHead();
  }

  remove(connection: Connection, code?: ProblemCode): void {
    if (connection.standing.kind === 'closed') return;
    connection.standing = { kind: 'closed', code };
    this.#connections.remove(connection);
    this.#parked.delete(connection);
    this.#count(connection, -1);
  }

  #count({ access: { label } }: Connection, by: 1 | -1): void {
    const { metrics } = this.#options;
    metrics.connections = this.#connections.size;
    if (label !== undefined) metrics.labels[label] = (metrics.labels[label] ?? 0) + by;
  }

  /** Moves quiet cursors on, tells the age of the data, and ends connections that have taken nothing for too long or have expired. */
  heartbeat(now: number): void {
    this.#beatAll(this.#connections.all(), now);
  }

  #beat(connections: readonly Connection[], now: number): void {
    const ring = this.#ring;
    if (ring === undefined || this.#identity === undefined) return;
    const frame = heartbeatFrame(this.#ageMs(), this.#placeOf(ring.head.last));
    for (const connection of connections) {
      const stall = stallOf(connection, now, this.#options.limits);
      if (stall === 'over') {
        this.#options.metrics.stalled += 1;
        this.#end(connection, 'too_slow');
      }
      if (stall !== 'none') continue;
      if ((connection.access.expiresAt ?? Number.POSITIVE_INFINITY) <= Date.now()) this.#evict(connection);
      else if (connection.standing.kind === 'live') {
        this.#options.metrics.heartbeats += 1;
        this.#send(connection, frame, ring.head.last);
      } else if (isGreeted(connection)) connection.sink.send(KEEP_ALIVE, connection.grant.tail);
    }
  }

  closeAll(code: ProblemCode, concerns: (connection: Connection) => boolean = () => true): void {
    for (const connection of this.#connections.all()) if (concerns(connection)) this.#end(connection, code);
  }

  /** Brings a connection that is behind to the head, or arranges to be called again when that has become possible. */
  serve(connection: Connection): void {
    const { standing } = connection;
    const ring = this.#ring;
    if (standing.kind !== 'behind' || ring === undefined || this.#identity === undefined) return;
    if (this.#waitsForSocket(connection) || this.#waitsForHead(connection, standing, ring)) return;
    if (standing.position !== undefined && (standing.edge === undefined || standing.edge < ring.oldest)) {
      if (standing.needs.size === 0) {
        this.#fetch(connection, standing.position);
        return;
      }
      connection.standing = needsEverything(connection.scopes, ring);
      this.serve(connection);
      return;
    }
    const step = stepToHead(connection, standing, ring, this.#options);
    for (const scope of step.missing) this.#request(connection, scope, ring);
    if (step.early) this.#park(connection);
    if (step.early || step.missing.length > 0) return;
    connection.gathered = undefined;
    connection.standing = LIVE;
    this.#options.metrics.collapsed += 1;
    this.#grantAnew(connection, ring.head.last);
    this.#send(connection, this.#frameToHead(connection, standing, step.lines, ring), ring.head.last);
  }

  /** Connections that begin with the same scopes at the same head share one frame. */
  #frameToHead(connection: Connection, standing: Behind, lines: () => string[], ring: Ring): Frame {
    const { limits } = this.#options;
    const ageMs = Math.ceil(this.#ageMs() / AGE_STEP_MS) * AGE_STEP_MS;
    const at = ring.head.last;
    const quiet = (): Frame => heartbeatFrame(ageMs, this.#placeOf(at));
    const { scopes, dialect } = connection;
    const make = (): Frame => {
      const all = lines();
      return all.length === 0
        ? this.#first.get(at, ['', String(ageMs)], quiet)
        : dialect.batch(all, this.#placeOf(at), limits.frameBytes, ageMs);
    };
    // A frame that is shared says how old it is as well: while nothing can be read, the head stays and grows old.
    return standing.position === undefined ? this.#first.get(at, [dialect.name, String(ageMs), ...scopes], make) : make();
  }

  /** Resolves when a read that begins after now has been taken in, or its history has ended. */
  laterHead(): Promise<void> {
    const reader = this.#options.reader();
    const from = reader.begun() + 1;
    reader.poke();
    return this.#headWaiters.until(from);
  }

  #park(connection: Connection): void {
    this.#parked.add(connection);
    this.#options.reader().poke();
  }

  /** Withdrawals first: what lies in a scope that was lost reaches nobody. */
  #takeBatch(batch: Batch, ring: Ring): void {
    const { withdrawn, evicted, gaining } = turnMemberships(batch, this.#connections, this.#options.router);
    for (const [connection, scopes] of withdrawn) this.#withdraw(connection, scopes);
    for (const connection of evicted) this.#evict(connection);
    this.#deliver(batch, ring);
    for (const connection of gaining) {
      if (connection.scopes.length > this.#options.limits.scopesPerConnection) this.#end(connection, 'too_many_scopes');
      else this.serve(connection);
    }
  }

  #withdraw(connection: Connection, scopes: readonly ScopeKey[]): void {
    this.#options.metrics.withdrawals += scopes.length;
    if (isGreeted(connection)) connection.sink.send(connection.dialect.withdrawal(scopes), connection.grant.tail);
  }

  /** Its viewer is no longer who it was: everything goes, and whoever comes back is asked anew. */
  #evict(connection: Connection): void {
    this.#withdraw(connection, connection.scopes);
    this.#end(connection, 'access_changed');
  }

  #deliver(batch: Batch, ring: Ring): void {
    this.#options.metrics.batches += 1;
    if (batch.reload.size > 0) this.#options.metrics.reloads += 1;
    const frameOf = oncePerScopes((scopes, dialect) => this.#liveFrame(batch, scopes, dialect, ring));
    const [only, ...others] = batch.scopes.keys();
    if (only !== undefined && others.length === 0 && batch.reload.size === 0) {
      // The common case, and the one with the most receivers.
      const scopes = [only];
      for (const connection of this.#connections.ofScope(only))
        this.#deliverTo(connection, batch, ring, () => frameOf(scopes, connection.dialect));
      return;
    }
    for (const [connection, scopes] of this.#connections.concerned(batch, this.#options.router))
      this.#deliverTo(connection, batch, ring, scopes === 'reload' ? undefined : () => frameOf(scopes, connection.dialect));
  }

  #deliverTo(connection: Connection, batch: Batch, ring: Ring, frame: (() => Frame) | undefined): void {
    if (connection.standing.kind !== 'live') return;
    if (frame !== undefined && connection.sink.waiting() <= this.#options.limits.socketBytes) {
      this.#send(connection, frame(), ring.head.last);
      return;
    }
    connection.standing = { kind: 'behind', position: batch.before, edge: batch.index, needs: new Map(), notBefore: 0 };
    this.serve(connection);
  }

  #liveFrame(batch: Batch, scopes: readonly ScopeKey[], dialect: Dialect, ring: Ring): Frame {
    const { frameBytes } = this.#options.limits;
    const lines = scopes.flatMap((scope) => dialect.changes(scope, batch.scopes.get(scope) ?? new Map(), frameBytes));
    return dialect.batch(lines, this.#placeOf(ring.head.last), frameBytes, this.#ageMs());
  }

  /** Milliseconds since the last successful read began. */
  #ageMs(): number {
    return performance.now() - this.#options.reader().freshAt();
  }

  #waitsForSocket(connection: Connection): boolean {
    if (connection.sink.waiting() <= this.#options.limits.socketBytes) return false;
    if (!connection.drainAwaited) {
      connection.drainAwaited = true;
      connection.sink.whenDrained(() => {
        connection.drainAwaited = false;
        this.serve(connection);
      });
    }
    return true;
  }

  #waitsForHead(connection: Connection, standing: Behind, ring: Ring): boolean {
    const reader = this.#options.reader();
    const early =
      reader.ended() < standing.notBefore || (standing.position !== undefined && !contains(ring.head.last, standing.position));
    if (!early) return false;
    this.#park(connection);
    return true;
  }

  #request(connection: Connection, scope: ScopeKey, ring: Ring): void {
    const awaited = (connection.awaitedScopes ??= new Set());
    if (awaited.has(scope)) return;
    awaited.add(scope);
    this.#options.snapshots
      .request(scope, ring, { identity: this.#identity as Identity, isShared: this.#isShared })
      .then((snapshot) => {
        awaited.delete(scope);
        if (awaited.size === 0) connection.awaitedScopes = undefined;
        if (snapshot !== undefined) (connection.gathered ??= new Map()).set(scope, snapshot);
        this.serve(connection);
      })
      .catch((error: unknown) => this.#fail(connection, error, 'a scope snapshot could not be sent'));
  }

  /** Reads from the database what the ring no longer holds. */
  #fetch(connection: Connection, position: Position): void {
    connection.standing = { kind: 'fetching', anew: new Set() };
    const ring = this.#ring as Ring;
    const begunAt = performance.now();
    this.#options
      .catchUp(position, this.#identity as Identity)
      .then(async (outcome) => {
        // The cursor to be issued names the start of the reader, which must have read at least as far.
        await this.laterHead();
        if (connection.standing.kind !== 'fetching') return;
        if (this.#ring !== ring) this.#end(connection, 'epoch_changed');
        else this.#resumeWith(connection, { from: position, ageMs: performance.now() - begunAt }, outcome, ring);
      })
      .catch((error: unknown) => this.#fail(connection, error, 'a connection could not be caught up'));
  }

  #fail(connection: Connection, error: unknown, what: string): void {
    if (connection.standing.kind === 'closed') return;
    this.#options.metrics.errors += 1;
    this.#options.log.warn(errorFields(error), what);
    this.#end(connection, error instanceof Problem ? error.code : 'database_unavailable');
  }

  #resumeWith(
    connection: Connection,
    { from, ageMs }: { readonly from: Position; readonly ageMs: number },
    outcome: CatchUp,
    ring: Ring,
  ): void {
    const { limits, router } = this.#options;
    const gained = connection.standing.kind === 'fetching' && connection.standing.anew.size > 0;
    if (outcome === 'snapshot' || gained || needsAnew(connection, outcome.routed, router)) {
      connection.standing = needsEverything(connection.scopes, ring);
      this.serve(connection);
      return;
    }
    const { dialect } = connection;
    const lines = connection.scopes.flatMap((scope) => {
      const changes = withOwedDrops(outcome.routed.scopes.get(scope) ?? new Map(), from);
      return dialect.changes(scope, changes, limits.frameBytes);
    });
    if (lines.length > 0)
      this.#send(connection, dialect.batch(lines, this.#placeOf(outcome.to), limits.frameBytes, ageMs), outcome.to);
    connection.standing = {
      kind: 'behind',
      position: outcome.to,
      edge: ring.latestContainedIn(outcome.to)?.index,
      needs: new Map(),
      notBefore: 0,
    };
    this.serve(connection);
  }

  #placeOf(position: Position): string {
    return this.#place.of(this.#identity as Identity, position);
  }

  #send(connection: Connection, frame: Frame, position: Position): void {
    this.#options.metrics.deliveries += 1;
    connection.sink.send(frame, connection.grant.tail);
    this.#options.onCursor?.(`${this.#placeOf(position)}.${connection.grant.tail.grant}`, position);
  }

  /** Names the scopes that the client holds from the next frame on, if they are others than before. */
  #grantAnew(connection: Connection, { xmax }: Position): void {
    if (connection.grant.scopes === connection.scopes) return;
    const text = encodeGrant((this.#identity as Identity).signingKey, xmax, connection.scopes);
    connection.grant = { scopes: connection.scopes, tail: new Tail(text) };
  }

  #end(connection: Connection, code: ProblemCode): void {
    const greeted = isGreeted(connection);
    this.remove(connection, code);
    // One that has only entered is told by its request.
    if (!greeted) return;
    const { sink } = connection;
    sink.send(goodbyeFrame(problemDocument(code)), connection.grant.tail);
    sink.end();
    // Whoever does not take it is not waited for.
    if (sink.waiting() > 0) setTimeout(() => sink.destroy(), GOODBYE_MS).unref();
  }
}
