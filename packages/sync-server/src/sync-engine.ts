import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { LIMITS, Problem, type Limits, type Position, type ProblemCode } from '@elira/protocol';
import { makeScopeRouter, type RuleSet } from '@elira/rules';
import type pg from 'pg';
import { verifyCapture, type CaptureFault } from './capture/verify-capture.ts';
import { makeUpkeep } from './capture/upkeep.ts';
import { makeIntegrityCheck, type IntegrityCheck } from './integrity/check-integrity.ts';
import type { RepairOptions } from './integrity/read-repairs.ts';
import { ScopeDigests } from './integrity/scope-digests.ts';
import { DelayMeter, type DelaySummary } from './observe/delay-meter.ts';
import { connectionReport, type ConnectionReport } from './observe/connection-report.ts';
import { errorFields, type Log } from './observe/log.ts';
import { indexWarnings, type HealthWarning } from './observe/index-warnings.ts';
import { readReport, type ReadReport, type SetAsideRow } from './observe/read-report.ts';
import { emptyMetrics, type SyncMetrics } from './observe/sync-metrics.ts';
import { createDoorbell } from './read/doorbell.ts';
import { knownAmong } from './read/read-session.ts';
import { readTogether } from './read/read-together.ts';
import type { SetAside } from './read/render-rows.ts';
import { readStatements } from './read/read-statement.ts';
import { enginePool } from './read/engine-pool.ts';
import { createReader } from './read/reader.ts';
import { sessionConfig } from './read/session-config.ts';
import { watchPrimary } from './read/watch-primary.ts';
import { Arrivals } from './stream/arrivals.ts';
import { makeCatchUp } from './stream/catch-up.ts';
import { summaryDialect, type Summary } from './stream/dialect.ts';
import { httpTransport } from './stream/http-transport.ts';
import { ConnectionSet } from './stream/connection-set.ts';
import { StreamHub } from './stream/hub.ts';
import { ScopeSnapshots } from './stream/scope-snapshots.ts';
import type { Viewer } from './stream/access.ts';
import { restsOnFaulty } from './stream/faulty-tables.ts';
import { makeMemberships } from './stream/memberships.ts';
import { handleStream, type StreamEngine } from './stream/stream-handler.ts';
import { webSocketTransport } from './stream/web-socket-transport.ts';

/**
 * The engine: capture ─▶ read ─▶ route ─▶ stream, put together. Give it rules and a direct connection, and mount `handleStream` where
 * the application likes; who may see what is decided by the application for every request.
 */
export type SyncEngineOptions = {
  readonly rules: RuleSet;
  /** A direct connection (no transaction pooler): the reader and the listener keep sessions. */
  readonly connection: pg.ClientConfig;
  /** Role to take at connect. It must see all rows of the synchronised tables. */
  readonly readerRole?: string;
  /** Channels of the application's own doorbells. */
  readonly channels: readonly string[];
  /** Name of this server in the log of starts. */
  readonly server: string;
  readonly log: Log;
  readonly limits?: Partial<Limits>;
  /** Called with each cursor as it is sent, and what it stands for: for trials that judge what was sent. */
  readonly onCursor?: (cursor: string, position: Position) => void;
  /** Called after each read, once its batch is with the connections that it concerns. Must return at once, and not throw. */
  readonly onRead?: (report: ReadReport) => void;
  /** What to say over `?as=events` instead of rows. Without it there is no such form. */
  readonly summary?: Summary;
};

export type Health = {
  /** The last read is recent, and a heartbeat write was captured lately. */
  readonly fresh: boolean;
  /** Milliseconds since what was read is known to have been the database's. */
  readonly ageMs: number;
  readonly epoch: string | undefined;
  readonly problem?: { readonly code: ProblemCode; readonly detail?: string };
  /** What works for now, and should be looked at. */
  readonly warnings?: readonly HealthWarning[];
};

export type SyncEngine = {
  /** Verifies capture and begins to read; resolves after the first read. Rejects with a `Problem` when it may not serve. */
  readonly start: () => Promise<void>;
  /** Says goodbye to every stream and ends every connection. May be called twice. */
  readonly stop: () => Promise<void>;
  /** The process has committed something: read now. */
  readonly poke: () => void;
  /** Whether, within so many milliseconds, a read that began after now has been taken in: nothing committed before now is missing from then on. */
  readonly caughtUp: (patienceMs: number) => Promise<boolean>;
  /** Answers a request for the stream. `authorise` says who sends it, or throws a `Problem`; it is asked once, for this request. */
  readonly handleStream: (
    request: IncomingMessage,
    response: ServerResponse,
    authorise: () => Viewer | Promise<Viewer>,
  ) => void;
  /** The same over a WebSocket, for a request that asks to be upgraded. Its origin has been looked at: a browser's WebSocket asks nobody. */
  readonly handleWebSocket: (
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    authorise: () => Viewer | Promise<Viewer>,
  ) => void;
  /** Compares what a client holds with the database: the JSON of an answer to the JSON that it sent. Throws `Problem`. */
  readonly checkIntegrity: (body: unknown, authorise: () => Viewer | Promise<Viewer>) => Promise<string>;
  /** The open streams of a user (undefined: of those who are nobody in particular), and what they were sent of one row: for operators. */
  readonly connectionsOf: (
    user: string | undefined,
    row: { readonly table: string; readonly key: string },
  ) => readonly ConnectionReport[];
  readonly health: () => Health;
  readonly metrics: () => SyncMetrics;
  readonly delays: () => DelaySummary;
};

/** Connections for snapshots, catch-ups, heartbeats and upkeep; the reader and the listener have their own. */
const POOL_SIZE = 4;
/** Heartbeats that a connection of the pool lives. */
const LIFETIME_HEARTBEATS = 2;
/** Milliseconds in which the first read must succeed. */
const START_PATIENCE_MS = 10_000;
/** Entries of the log of starts that are looked up in one statement. */
const STARTS_AT_ONCE = 1_000;
const NO_WRITE_SEEN =
  'No heartbeat write has been captured for too long: this may no longer be the primary, it may take no writes, or the trigger on sync.heartbeat is off.';
/** Heartbeats a listener may miss before it is taken for dead. */
const MISSED_HEARTBEATS = 3;

export function createSyncEngine(options: SyncEngineOptions): SyncEngine {
  const limits: Limits = { ...LIMITS, ...options.limits };
  const { rules, log } = options;
  const metrics = emptyMetrics();
  const delays = new DelayMeter();
  const config = (name: string): pg.ClientConfig => sessionConfig(options.connection, name, options.readerRole);
  const statements = readStatements(rules, limits.changesPerRead);
  // Whoever takes a connection is led to the database that serves now: one that was left behind still answers on those it has.
  const lifetime = { maxLifetimeSeconds: Math.ceil(limits.heartbeatSeconds * LIFETIME_HEARTBEATS) };
  const pool = enginePool({ ...config('snapshots'), max: POOL_SIZE, ...lifetime }, (error) =>
    log.warn(errorFields(error), 'an idle connection was lost'),
  );
  const router = makeScopeRouter(rules);
  const silenceLimitMs = limits.heartbeatSeconds * MISSED_HEARTBEATS * 1000;
  let faults: readonly CaptureFault[] = [];
  let faulty: ReadonlySet<number> = new Set();
  const shapes = new Map<string, string>();
  let stopping = false;
  const knownStarts = new Set<string>();
  let began = (): void => {};
  const firstRead = new Promise<void>((resolve) => {
    began = resolve;
  });

  let setAside: SetAsideRow[] = [];
  const onSetAside: SetAside = (table, code, key) => {
    metrics.errors += 1;
    if (key === undefined) {
      log.error({ table, code }, 'a table is not as the rules say; its scopes are not served until it is');
      upkeep.look();
      return;
    }
    metrics.rowsSetAside += 1;
    if (options.onRead !== undefined) setAside.push({ table, code, key });
    log.error({ table, code }, 'a row cannot be rendered and is set aside');
  };

  const connections = new ConnectionSet();
  const hub = new StreamHub({
    connections,
    limits,
    router,
    snapshots: new ScopeSnapshots({ pool, rules, limits, metrics, onSetAside }),
    reader: () => reader,
    catchUp: makeCatchUp({
      pool,
      statements: { ...statements, changeLimit: limits.changesPerCatchUp },
      router,
      onSetAside,
      onRead: () => void (metrics.catchUpReads += 1),
    }),
    metrics,
    log,
    onCursor: options.onCursor,
  });
  const doorbell = createDoorbell({
    config: config('doorbell'),
    channels: options.channels,
    onRing: () => reader.poke(),
    silenceLimitMs,
    log,
  });
  const reader = createReader(
    {
      config: config('reader'),
      statements,
      limits,
      server: options.server,
      meaning: JSON.stringify(rules),
      onSetAside,
      listenerAlive: () => doorbell.silentFor() < silenceLimitMs,
      patienceMs: limits.staleSeconds * 1000,
      metrics,
      log,
    },
    {
      onEpoch(identity, at, reason) {
        metrics.epochChanges[reason] = (metrics.epochChanges[reason] ?? 0) + 1;
        log.info({ epoch: identity.epoch, reason }, 'a new epoch begins');
        knownStarts.clear();
        knownStarts.add(identity.start);
        hub.beginEpoch(identity, at);
      },
      onStart(identity) {
        knownStarts.add(identity.start);
        hub.continueEpoch(identity);
      },
      onWindow(window) {
        const before = metrics.deliveries;
        hub.take(window);
        delays.sent(reader.ended(), performance.now());
        began();
        if (options.onRead === undefined || hub.identity === undefined) return;
        const report = readReport(window, hub.identity, { setAside, messages: metrics.deliveries - before }, rules);
        setAside = [];
        options.onRead(report);
      },
      onFailure: () => {},
    },
  );
  /** Whoever holds what may change unnoticed is told, and not left to believe that it is fresh; they come back when it is mended. */
  function setFaults(found: readonly CaptureFault[]): void {
    faults = found;
    faulty = new Set(
      rules.tables.filter(({ schema, name }) => found.some(({ table }) => table === `${schema}.${name}`)).map(({ id }) => id),
    );
    if (faulty.size > 0) hub.closeAll('capture_incomplete', (connection) => restsOnFaulty(connection, faulty, router));
  }
  const upkeep = makeUpkeep({
    pool,
    limits,
    log,
    shapes,
    onRotation: ({ held, stuck, oldestSeconds }) => void (metrics.index = { rows: held, stuck, oldestSeconds }),
    onFaults: setFaults,
    verify: (onShape) => verifyCapture(pool, rules, onShape),
    beat: watchPrimary({
      config: config('heartbeat'),
      identity: () => hub.identity,
      onElsewhere: () => reader.reconnect(),
      pool,
      log,
    }),
    heartbeat: () => hub.heartbeat(performance.now()),
  });

  const readStarts = readTogether<string, boolean>(
    async (starts) => {
      const known = await knownAmong(pool, [...new Set(starts)]).catch((cause: unknown) => {
        throw new Problem('database_unavailable', undefined, { cause });
      });
      for (const start of known) knownStarts.add(start);
      return (start) => known.has(start);
    },
    { most: STARTS_AT_ONCE, gather: true },
  );

  async function patience(): Promise<never> {
    await sleep(START_PATIENCE_MS, undefined, { ref: false });
    throw new Problem(
      'database_unavailable',
      'The change index could not be read. Is this a standby? The engine needs the primary.',
    );
  }

  let stopped: Promise<void> | undefined;
  async function stop(): Promise<void> {
    stopping = true;
    hub.closeAll('shutting_down');
    await Promise.all([upkeep.stop(), reader.stop(), doorbell.stop()]);
    await pool.end();
  }

  /** What concerns everybody; a table out of order concerns those who rest on it. */
  function blocked(): Problem | undefined {
    if (stopping) return new Problem('shutting_down');
    if (hub.ring === undefined) return new Problem('database_unavailable');
    const now = performance.now();
    const staleMs = limits.staleSeconds * 1000;
    if (now - reader.readAt() > staleMs) return new Problem('reader_stale', 'The last successful read is too long ago.');
    if (now - reader.freshAt() > staleMs) return new Problem('reader_stale', NO_WRITE_SEEN);
    return undefined;
  }

  function problem(): Problem | undefined {
    const [fault] = faults;
    const found = blocked();
    if (found !== undefined || fault === undefined) return found;
    return new Problem('capture_incomplete', `${fault.table}: ${fault.fault}. ${fault.remedy}`);
  }

  const streams: StreamEngine = {
    hub,
    reader,
    limits,
    metrics,
    router,
    memberships: makeMemberships({
      pool,
      rules,
      scopesPerUser: limits.scopesPerConnection,
      onRead: () => void (metrics.membershipReads += 1),
    }),
    arrivals: new Arrivals(),
    tableNamed: (name) => rules.tables.find((table) => table.name === name),
    knowsStart: async (start) => knownStarts.has(start) || (await readStarts(start)),
    ready: blocked,
    faultyTables: () => faulty,
    summary: options.summary === undefined ? undefined : summaryDialect(options.summary),
    log,
  };
  const checkIntegrity = integrityOf(streams, { pool, rules, statements, onSetAside });

  return {
    async start() {
      const found = await verifyCapture(pool, rules, (table, shape) => void shapes.set(table, shape));
      const [fault] = found;
      if (fault !== undefined) throw new Problem('capture_incomplete', `${fault.table}: ${fault.fault}. ${fault.remedy}`);
      doorbell.start();
      reader.start();
      upkeep.start();
      try {
        await Promise.race([firstRead, patience()]);
      } catch (error) {
        await (stopped ??= stop());
        throw error;
      }
    },
    stop: () => (stopped ??= stop()),
    poke() {
      delays.committed(reader.begun() + 1, performance.now());
      reader.poke();
    },
    async caughtUp(patienceMs) {
      const { ring } = hub;
      if (ring === undefined || stopping) return false;
      const late = new AbortController();
      const caught = await Promise.race([
        hub.laterHead().then(() => hub.ring === ring),
        sleep(patienceMs, false, { signal: late.signal }).catch(() => false),
      ]);
      late.abort();
      return caught;
    },
    handleStream(request, response, authorise) {
      void handleStream(request, httpTransport(response), authorise, streams);
    },
    handleWebSocket(request, socket, head, authorise) {
      webSocketTransport(request, socket, head, (transport) => void handleStream(request, transport, authorise, streams));
    },
    checkIntegrity,
    connectionsOf(user, row) {
      const { ring } = hub;
      if (ring === undefined) return [];
      const tableId = rules.tables.find(({ name }) => name === row.table)?.id;
      const theirs = connections.all().filter(({ access }) => access.user === user);
      return theirs.map((connection) => connectionReport(connection, ring, { ...row, tableId }, router.feeds));
    },
    health() {
      const ageMs = Math.round(performance.now() - reader.freshAt());
      const found = problem();
      return {
        fresh: found === undefined,
        ageMs,
        epoch: hub.identity?.epoch,
        warnings: indexWarnings(metrics.index, limits),
        ...(found === undefined
          ? {}
          : { problem: { code: found.code, ...(found.detail === undefined ? {} : { detail: found.detail }) } }),
      };
    },
    metrics: () => Object.assign(metrics, hub.waiting()),
    delays: () => delays.summary(),
  };
}

/** Beside the stream: one transaction at a time reads scopes for all who have their rows checked, and nothing of them is kept but hashes. */
function integrityOf(
  streams: StreamEngine,
  { rules, ...reading }: Pick<RepairOptions, 'pool' | 'statements' | 'onSetAside'> & { readonly rules: RuleSet },
): IntegrityCheck {
  const { limits, router } = streams;
  const snapshots = new ScopeSnapshots({
    ...reading,
    rules,
    limits: { ...limits, snapshotCacheBytes: 0 },
    metrics: emptyMetrics(),
    transactions: 1,
  });
  return makeIntegrityCheck({ ...streams, digests: new ScopeDigests({ snapshots, limits }), repairs: { ...reading, router } });
}
