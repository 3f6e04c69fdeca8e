import { createHash } from 'node:crypto';
import { contains, parsePosition } from '@elira/protocol';
import type { ReadReport, SyncEngine } from '@elira/sync-server';
import type { AppPool } from '../database/app-pool.ts';
import { listPublishedCourses } from '../courses/list-published-courses.ts';
import type { SharedCache } from './shared-cache.ts';

/**
 * cache. In: requests for the catalogue, and what the engine has read. Out: its first page as JSON, made once for all who ask.
 *
 * The promise: nobody gets an answer older than the moment at which they asked, so nobody ever sees less than what they have seen before,
 * on whatever server. An entry carries the snapshot that it was read at, and counts while that snapshot contains the last change of
 * published_courses that this server's reader has seen; and a reader that has begun to read after the request has seen them all.
 */
export type CourseList = {
  /** The first page of the catalogue, as `GET /api/courses` answers it. Throws `Problem` database_unavailable. */
  readonly getCourseList: () => Promise<CachedAnswer>;
  /** For the engine: after each read. */
  readonly onRead: (report: ReadReport) => void;
};

/** `etag` is strong: of the bytes of `body`. */
export type CachedAnswer = { readonly body: string; readonly etag: string };

type Entry = CachedAnswer & {
  /** The snapshot of PostgreSQL at which it was read. */
  readonly position: string;
  /** Positions compare within one incarnation only. */
  readonly incarnation: string;
};

/** The mission's name for it. */
const KEY = 'courses:published';
/** Seconds an entry is kept at most. */
const KEPT_SECONDS = 300;
/** Milliseconds to wait for the reader to come past a request; then the database is asked itself. */
const PATIENCE_MS = 500;

export function openCourseList({
  pool,
  engine,
  shared,
}: {
  readonly pool: Pick<AppPool, 'as'>;
  readonly engine: () => Pick<SyncEngine, 'caughtUp'>;
  readonly shared: SharedCache;
}): CourseList {
  /** The last change that this server has seen; undefined before the first read. */
  let changed: Pick<ReadReport, 'position' | 'incarnation'> | undefined;
  let held: { readonly entry: Entry; readonly until: number } | undefined;
  let catching: Promise<boolean> | undefined;
  let waitingToCatch: Promise<boolean> | undefined;
  let making: { readonly since: typeof changed; readonly entry: Promise<Entry> } | undefined;

  /** One read serves all who came before it began; who comes during one waits for the next. */
  function caughtUp(): Promise<boolean> {
    waitingToCatch ??= (catching ?? Promise.resolve(true)).then(() => {
      waitingToCatch = undefined;
      catching = engine()
        .caughtUp(PATIENCE_MS)
        .finally(() => (catching = undefined));
      return catching;
    });
    return waitingToCatch;
  }

  function counts(entry: Entry): boolean {
    if (changed === undefined || entry.incarnation !== changed.incarnation) return false;
    return contains(parsePosition(entry.position), parsePosition(changed.position));
  }

  async function read(incarnation: string): Promise<Entry> {
    return await pool.as({ kind: 'anonymous' }, async (client) => {
      // The snapshot first: what is read after it is at least as new.
      const { rows } = await client.query<{ position: string }>('SELECT pg_current_snapshot()::text AS position');
      const body = JSON.stringify(await listPublishedCourses(client, undefined));
      return { body, etag: etagOf(body), position: rows[0]?.position ?? '', incarnation };
    });
  }

  async function make(): Promise<Entry> {
    const known = parseEntry(await shared.get(KEY));
    if (known !== undefined && counts(known)) return keep(known);
    const entry = await read(changed?.incarnation ?? '');
    await shared.set(KEY, JSON.stringify(entry), KEPT_SECONDS);
    return counts(entry) ? keep(entry) : entry;
  }

  function keep(entry: Entry): Entry {
    held = { entry, until: performance.now() + KEPT_SECONDS * 1000 };
    return entry;
  }

  return {
    async getCourseList() {
      if (!(await caughtUp())) return await read('');
      if (held !== undefined && held.until > performance.now() && counts(held.entry)) return held.entry;
      // One that began before a change which this request must see is not waited for.
      if (making === undefined || making.since !== changed) {
        const mine = { since: changed, entry: make() };
        making = mine;
        void mine.entry
          .catch(() => undefined)
          .finally(() => {
            if (making === mine) making = undefined;
          });
      }
      return await making.entry;
    },
    onRead(report) {
      const isNew = changed === undefined || changed.incarnation !== report.incarnation;
      if (!isNew && !report.tables.has('published_courses')) return;
      changed = { position: report.position, incarnation: report.incarnation };
      held = undefined;
      if (!isNew) void shared.drop(KEY);
    },
  };
}

function etagOf(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
}

/** What others have written is looked at before it is believed. */
function parseEntry(text: string | undefined): Entry | undefined {
  if (text === undefined) return undefined;
  try {
    const { body, etag, position, incarnation } = JSON.parse(text) as Partial<Record<keyof Entry, unknown>>;
    if (typeof body !== 'string' || typeof etag !== 'string' || typeof position !== 'string' || typeof incarnation !== 'string')
      return undefined;
    parsePosition(position);
    return etagOf(body) === etag ? { body, etag, position, incarnation } : undefined;
  } catch {
    return undefined;
  }
}
