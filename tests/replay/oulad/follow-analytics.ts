import { scopeKey } from '@elira/protocol';
import { createSyncClient } from '@elira/sync-client';
import type { Numbers } from './stream-oracle.ts';

/** What an admin's open window shows: the numbers of all courses, live. */
export type AnalyticsClient = {
  /** By course, as the client adds them up. Courses without rows have no entry. */
  readonly numbers: () => ReadonlyMap<string, Numbers>;
  /** Resolves when `condition` holds of what it shows, rejects after two minutes. */
  readonly until: (condition: (numbers: ReadonlyMap<string, Numbers>) => boolean) => Promise<void>;
  readonly seen: () => AnalyticsSeen;
  /** What must never be; empty at the end. */
  readonly faults: readonly string[];
  readonly stop: () => void;
};

export type AnalyticsSeen = { readonly batches: number; readonly bytes: number; readonly mostRows: number };

const PATIENCE_MS = 120_000;
/** Faults that are kept; the first tell most. */
const MOST_FAULTS = 20;
const NOTHING: Numbers = { learners: 0, active: 0, completed: 0, progress: 0, scored: 0, score: 0 };
const COLUMNS = Object.keys(NOTHING) as (keyof Numbers)[];

export function followAnalytics(url: string, cookie: string): AnalyticsClient {
  const faults: string[] = [];
  const waiting = new Set<() => void>();
  const seen = { batches: 0, bytes: 0, mostRows: 0 };
  const fault = (text: string): void => void (faults.length < MOST_FAULTS && faults.push(text));
  const client = createSyncClient({
    url: `${url}/api/sync/stream`,
    scopes: [scopeKey('analytics', 'admin')],
    headers: { cookie },
    onProblem: ({ code }) => fault(`problem ${code}`),
    onBytes: (chunk) => void (seen.bytes += chunk.byteLength),
    onBatch: () => void (seen.batches += 1),
  });
  const numbers = (): ReadonlyMap<string, Numbers> => sums(client.store.rows('course_counts').values());
  client.store.subscribe(() => {
    const rows = client.store.rows('course_counts').size + client.store.rows('user_activities').size;
    seen.mostRows = Math.max(seen.mostRows, rows);
    for (const [course, shown] of numbers()) if (!isPossible(shown)) fault(`${course} showed ${JSON.stringify(shown)}`);
    for (const check of waiting) check();
  });
  client.start();
  return {
    numbers,
    faults,
    seen: () => ({ ...seen }),
    stop: () => client.stop(),
    until: (condition) =>
      new Promise((resolve, reject) => {
        const end = (settle: () => void): void => {
          clearTimeout(late);
          waiting.delete(check);
          settle();
        };
        const check = (): void => void (condition(numbers()) && end(resolve));
        const late = setTimeout(() => {
          const why = `${client.status}, ${client.problem?.code ?? 'no problem'}`;
          end(() => reject(new Error(`the admin's window did not get there within two minutes: ${why}`)));
        }, PATIENCE_MS);
        waiting.add(check);
        check();
      }),
  };
}

function sums(rows: Iterable<Readonly<Record<string, unknown>>>): Map<string, Numbers> {
  const courses = new Map<string, Numbers>();
  for (const row of rows) {
    const course = String(row['courseId']);
    const before = courses.get(course) ?? NOTHING;
    const entries = COLUMNS.map((column) => [column, before[column] + Number(row[column])]);
    courses.set(course, Object.fromEntries(entries) as Numbers);
  }
  return courses;
}

/** Whether learners may be like that. Half a transaction, or a difference that was lost or came twice, soon is not. */
function isPossible({ learners, active, completed, progress, scored, score }: Numbers): boolean {
  const parts = [active, completed, scored].every((part) => part >= 0 && part <= learners);
  return parts && progress >= 100 * completed && progress <= 100 * learners && score >= 0 && score <= 100 * scored;
}
