import type { Limits, Position } from '@elira/protocol';
import pg from 'pg';
import { errorFields, type Log } from '../observe/log.ts';
import type { SyncMetrics } from '../observe/sync-metrics.ts';
import type { ChangeWindow } from './change-window.ts';
import { firstPosition } from './first-position.ts';
import { provenAt } from './freshness.ts';
import { nextPollDelay } from './poll-pace.ts';
import { TABLES_AT_ONCE, type ReadStatements } from './read-statement.ts';
import type { SetAside } from './render-rows.ts';
import { openHistory, readChanges, type Identity, type Overflow } from './read-session.ts';

/**
 * read. In: the change index. Out: one window after another, each from the position of the one before.
 * Promise: windows are gapless within an epoch, and whenever they could not be, `onEpoch` comes first.
 *
 *   connect ──▶ open history ──▶ first position ──▶ read ──▶ wait for the doorbell, a poke or the pace ──┐
 *      ▲                                              ▲                                                 │
 *      └── backoff ◀── any failure ───────────────────┴─────────────────────────────────────────────────┘
 */
export type ReaderEvents = {
  /** A new history, or the first: whatever is held of an older one is void. `at` is the position to go on from. */
  readonly onEpoch: (identity: Identity, at: Position, reason: string) => void;
  /** The same history on a new connection: cursors are issued under a new start from now on. */
  readonly onStart: (identity: Identity) => void;
  readonly onWindow: (window: ChangeWindow | Overflow) => void;
  readonly onFailure: (error: unknown) => void;
};

export type Reader = {
  readonly start: () => void;
  readonly stop: () => Promise<void>;
  /** Asks for a read as soon as possible; one asked for during a read is made after it. */
  readonly poke: () => void;
  /** Leaves its connection, and asks for a new one at the same address. */
  readonly reconnect: () => void;
  /** Number of reads begun so far. A read with a higher number than now was made after now. */
  readonly begun: () => number;
  /** Number of the last read that ended with success. */
  readonly ended: () => number;
  /** When what was read is known to have been the database's, by `performance.now()` (freshness.ts). */
  readonly freshAt: () => number;
  /** When the last successful read began. */
  readonly readAt: () => number;
};

type Session = { readonly client: pg.Client; readonly identity: Identity; position: Position };

const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 2_000;
/** A connection that does not close in this time is half-open, and is left to the kernel. */
const CLOSE_PATIENCE_MS = 1_000;

export function createReader(
  options: {
    readonly config: pg.ClientConfig;
    readonly statements: ReadStatements;
    readonly limits: Pick<Limits, 'reachSeconds' | 'reachChanges'>;
    readonly server: string;
    readonly meaning: string;
    readonly listenerAlive: () => boolean;
    /** Milliseconds for which no write may be seen before reads count for nothing. */
    readonly patienceMs: number;
    readonly onSetAside: SetAside;
    readonly metrics: SyncMetrics;
    readonly log: Log;
  },
  events: ReaderEvents,
): Reader {
  let session: Session | undefined;
  let previous: { identity: Identity; position: Position } | undefined;
  let running = false;
  let finished: Promise<void> = Promise.resolve();
  let wake: (() => void) | undefined;
  let poked = false;
  let leaving = false;
  let begun = 0;
  let ended = 0;
  let readAt = Number.NEGATIVE_INFINITY;
  let writeSeenAt = Number.NEGATIVE_INFINITY;
  let changedAt = Number.NEGATIVE_INFINITY;
  let delay = 0;
  /** Tables that changed last, the latest first. */
  let lately: number[] = [];

  async function open(): Promise<Session> {
    const client = new pg.Client(options.config);
    client.on('error', () => {});
    try {
      await client.connect();
      const { identity, sameHistory } = await openHistory(client, {
        server: options.server,
        meaning: options.meaning,
        previous: previous?.identity,
      });
      if (previous !== undefined && sameHistory && previous.identity.epoch === identity.epoch) {
        events.onStart(identity);
        return { client, identity, position: previous.position };
      }
      const position = await firstPosition(client, options.limits);
      const reason = previous === undefined ? 'start' : sameHistory ? 'epoch' : 'unknown-start';
      writeSeenAt = performance.now();
      events.onEpoch(identity, position, reason);
      return { client, identity, position };
    } catch (error) {
      void client.end().catch(() => {});
      throw error;
    }
  }

  async function readOnce(current: Session): Promise<void> {
    begun += 1;
    const number = begun;
    const startedAt = performance.now();
    const window = await readChanges(current.client, options.statements, current.position, options.onSetAside, new Set(lately));
    const { incarnation, timeline, floor } = window.head;
    if (incarnation !== current.identity.incarnation || timeline !== current.identity.timeline)
      throw new Error('the epoch has changed');
    if (current.position.xmin < floor) {
      previous = undefined;
      throw new Error('the floor has passed the reader: it was away too long');
    }
    current.position = window.to;
    previous = { identity: current.identity, position: window.to };
    ended = number;
    readAt = startedAt;
    note(window, startedAt);
    try {
      events.onWindow(window);
    } catch (error) {
      // The window may have been taken in by half: what was built on it is given up, and nobody misses it.
      previous = undefined;
      throw error;
    }
  }

  function note(window: ChangeWindow | Overflow, startedAt: number): void {
    options.metrics.polls += 1;
    options.metrics.pollMs = performance.now() - startedAt;
    if (!('changes' in window)) {
      changedAt = writeSeenAt = startedAt;
      return;
    }
    options.metrics.changes += window.changes.length;
    const changed = window.changes.map(({ tableId }) => tableId).filter((id) => id !== 0);
    // One that is reloaded as a whole may be one that cannot be read.
    const reloaded = new Set(window.changes.filter(({ op }) => op === 'R').map(({ tableId }) => tableId));
    const readable = [...new Set([...changed, ...lately])].filter((id) => !reloaded.has(id));
    lately = readable.slice(0, TABLES_AT_ONCE);
    if (window.changes.length > 0) writeSeenAt = startedAt;
    if (window.changes.some((change) => change.tableId !== 0)) changedAt = startedAt;
  }

  async function run(): Promise<void> {
    let backoff = FIRST_BACKOFF_MS;
    while (running) {
      try {
        if (session === undefined) {
          session = await open();
          leaving = false;
        }
        if (!running) break;
        if (leaving) {
          leaving = false;
          throw new Error('its address leads to another database');
        }
        await readOnce(session);
        backoff = FIRST_BACKOFF_MS;
        delay = nextPollDelay({
          sinceChange: performance.now() - changedAt,
          listenerAlive: options.listenerAlive(),
          previousDelay: delay,
        });
        await pause(delay, true);
      } catch (error) {
        options.metrics.failedPolls += 1;
        options.metrics.errors += 1;
        options.log.warn(errorFields(error), 'the reader failed; it connects again');
        events.onFailure(error);
        await close();
        await pause(backoff, false);
        backoff = Math.min(LONGEST_BACKOFF_MS, backoff * 2);
      }
    }
    await close();
  }

  async function pause(milliseconds: number, interruptible: boolean): Promise<void> {
    if (interruptible && poked) {
      poked = false;
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        if (running && !interruptible) return;
        clearTimeout(timer);
        resolve();
      };
    });
    wake = undefined;
    poked = false;
  }

  async function close(): Promise<void> {
    const gone = session;
    session = undefined;
    if (gone === undefined) return;
    const patience = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_PATIENCE_MS).unref());
    await Promise.race([gone.client.end().catch(() => {}), patience]);
  }

  return {
    start() {
      running = true;
      finished = run();
    },
    async stop() {
      running = false;
      wake?.();
      await finished;
    },
    poke() {
      poked = true;
      wake?.();
    },
    reconnect() {
      leaving = true;
      wake?.();
    },
    begun: () => begun,
    ended: () => ended,
    freshAt: () => provenAt({ readAt, writeSeenAt, patienceMs: options.patienceMs }),
    readAt: () => readAt,
  };
}
