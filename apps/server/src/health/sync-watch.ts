import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { ReadReport, SetAsideRow } from '@elira/sync-server';
import type { AppPool } from '../database/app-pool.ts';
import { errorCode } from '../database/connection.ts';

/**
 * health. In: what the engine has read, and what it counts. Out: this server's row in `sync_servers`, and `sync_status` settled for what
 * every running server has read (sql/0023_sync_status.sql). The promise: it settles at most once a second and only while something is
 * pending, and says that this server runs every ten seconds; one that has not for thirty no longer counts.
 */
export type SyncWatch = {
  /** For the engine: after each read. */
  readonly onRead: (report: ReadReport) => void;
  /** Announces this server; before it serves anybody. */
  readonly start: () => Promise<void>;
  /** Takes this server's row away. */
  readonly stop: () => Promise<void>;
};

/** What this server counts, as it stands in its row. */
export type ServerMetrics = { readonly messagesSent: number } & Readonly<Record<string, unknown>>;

/** Milliseconds from the end of one settling to the next. */
const SETTLE_MS = 1_000;
/** Milliseconds between two looks whether the metrics have changed; every second one says that the server runs in any case. */
const SEE_MS = 5_000;
/** Tables whose rows belong to a course. Their rows are marked when they change (note_course_sync, note_content_sync). */
const CONTENT = ['modules', 'lessons', 'quizzes', 'questions', 'options'];
const OF_COURSES: ReadonlySet<string> = new Set([
  'courses',
  'published_courses',
  ...CONTENT.flatMap((name) => [name, `published_${name}`]),
]);
/** Most rows that are set aside and waited for; more are told to the log alone. */
const MOST_FAILURES = 1_000;

export function watchSync({
  pool,
  metrics,
  log,
}: {
  readonly pool: Pick<AppPool, 'as'>;
  readonly metrics: () => ServerMetrics;
  readonly log: Logger;
}): SyncWatch {
  const id = randomUUID();
  const failing = new Map<string, SetAsideRow>();
  let untold: SetAsideRow[] = [];
  let mended: { readonly table: string; readonly key: string }[] = [];
  let latest: Pick<ReadReport, 'position' | 'incarnation'> | undefined;
  let told: ServerMetrics | undefined;
  /** Messages by which servers' own rows were told: they move nothing, or each telling would bring about the next. */
  let ownMessages = 0;
  let looks = 0;
  let wanted = false;
  let timer: NodeJS.Timeout | undefined;
  let seeing: NodeJS.Timeout | undefined;
  let settling: Promise<void> | undefined;
  let saw: Promise<unknown> = Promise.resolve();
  let stopped = false;

  async function ask(sql: string, values: readonly unknown[]): Promise<boolean> {
    const { rows } = await pool.as({ kind: 'anonymous' }, (client) => client.query<{ left: boolean }>(sql, [...values]));
    return rows[0]?.left === true;
  }

  function complain(error: unknown, what: string): void {
    log.warn({ kind: error instanceof Error ? error.name : typeof error, code: errorCode(error) }, what);
  }

  async function settle(): Promise<void> {
    if (latest === undefined) return;
    wanted = false;
    const [aside, right] = [untold, mended];
    [untold, mended] = [[], []];
    try {
      wanted =
        (await ask('SELECT record_sync($1, $2, $3, $4, $5) AS left', [
          id,
          latest.incarnation,
          latest.position,
          JSON.stringify(aside),
          JSON.stringify(right),
        ])) || wanted;
    } catch (error) {
      [untold, mended] = [
        [...aside, ...untold],
        [...right, ...mended],
      ];
      wanted = true;
      complain(error, 'what has been read could not be recorded; it is tried again');
    }
  }

  function schedule(): void {
    if (stopped || timer !== undefined || settling !== undefined || !wanted) return;
    settling = settle().finally(() => {
      settling = undefined;
      timer = setTimeout(() => {
        timer = undefined;
        schedule();
      }, SETTLE_MS);
      timer.unref();
    });
  }

  async function see(inAnyCase: boolean): Promise<void> {
    const now = metrics();
    const moved = { ...now, messagesSent: now.messagesSent - ownMessages };
    const changed = !isDeepStrictEqual(moved, told);
    if (!changed && !inAnyCase) return;
    if (await ask('SELECT see_server($1, $2) AS left', [id, changed ? JSON.stringify(now) : null])) wanted = true;
    told = moved;
    schedule();
  }

  function noteFailures(report: ReadReport): void {
    for (const row of failing.values()) {
      if (!report.tables.has(row.table) || !report.keysOf(row.table).has(row.key)) continue;
      failing.delete(`${row.table} ${row.key}`);
      mended.push({ table: row.table, key: row.key });
    }
    for (const row of report.setAside) {
      if (!OF_COURSES.has(row.table) || failing.size >= MOST_FAILURES) continue;
      if (!failing.has(`${row.table} ${row.key}`)) untold.push(row);
      failing.set(`${row.table} ${row.key}`, row);
    }
  }

  return {
    onRead(report) {
      latest = report;
      if (report.tables.size === 1 && report.tables.has('sync_servers')) ownMessages += report.messages;
      noteFailures(report);
      if (untold.length + mended.length > 0 || [...report.tables].some((table) => OF_COURSES.has(table))) wanted = true;
      schedule();
    },
    async start() {
      // What others know to be set aside comes right before this server's eyes, perhaps.
      const known = await pool.as({ kind: 'anonymous' }, (client) => client.query<SetAsideRow>('SELECT * FROM failed_rows()'));
      for (const row of known.rows) failing.set(`${row.table} ${row.key}`, row);
      await see(true);
      wanted = true;
      schedule();
      seeing = setInterval(() => {
        looks += 1;
        saw = see(looks % 2 === 0).catch((error: unknown) => complain(error, 'this server could not say that it runs'));
      }, SEE_MS);
      seeing.unref();
    },
    async stop() {
      stopped = true;
      clearInterval(seeing);
      clearTimeout(timer);
      await Promise.all([saw, settling]);
      await ask('SELECT leave_server($1) IS NULL AS left', [id]).catch((error: unknown) =>
        complain(error, 'this server could not take its leave'),
      );
    },
  };
}
