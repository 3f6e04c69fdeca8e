import { scopeKey, type Row } from '@elira/protocol';
import { createSyncClient } from '@elira/sync-client';
import type { Numbers } from './stream-oracle.ts';

/** What an admin's open window shows: the numbers of all courses, live. */
export type AnalyticsClient = {
  /** By course, added up anew from the rows it holds. Courses without rows have no entry. */
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
  const shown = new Map<string, Numbers>();
  const add = (row: Row | undefined, sign: 1 | -1): string[] => {
    if (row === undefined) return [];
    const course = String(row['courseId']);
    shown.set(course, plus(shown.get(course) ?? NOTHING, row, sign));
    return [course];
  };
  client.store.subscribe(({ changes }) => {
    const rows = client.store.rows('course_counts').size + client.store.rows('user_activities').size;
    seen.mostRows = Math.max(seen.mostRows, rows);
    const changed = [...(changes.get('course_counts')?.values() ?? [])].flatMap(({ before, after }) => [
      ...add(before, -1),
      ...add(after, 1),
    ]);
    for (const course of new Set(changed)) {
      const numbers = shown.get(course) ?? NOTHING;
      if (!isPossible(numbers)) fault(`${course} showed ${JSON.stringify(numbers)}`);
    }
    for (const check of waiting) check();
  });
  client.start();
  return {
    numbers: () => {
      const summed = new Map<string, Numbers>();
      for (const row of client.store.rows('course_counts').values()) {
        const course = String(row['courseId']);
        summed.set(course, plus(summed.get(course) ?? NOTHING, row, 1));
      }
      return summed;
    },
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
        const check = (): void => void (condition(shown) && end(resolve));
        const late = setTimeout(() => {
          const why = `${client.status}, ${client.problem?.code ?? 'no problem'}`;
          end(() => reject(new Error(`the admin's window did not get there within two minutes: ${why}`)));
        }, PATIENCE_MS);
        waiting.add(check);
        check();
      }),
  };
}

function plus(numbers: Numbers, row: Row, sign: 1 | -1): Numbers {
  const value = (column: keyof Numbers): number => numbers[column] + sign * Number(row[column]);
  return {
    learners: value('learners'),
    active: value('active'),
    completed: value('completed'),
    progress: value('progress'),
    scored: value('scored'),
    score: value('score'),
  };
}

/** Whether learners may be like that. Half a transaction, or a difference that was lost or came twice, soon is not. */
function isPossible({ learners, active, completed, progress, scored, score }: Numbers): boolean {
  const parts = [active, completed, scored].every((part) => part >= 0 && part <= learners);
  return parts && progress >= 100 * completed && progress <= 100 * learners && score >= 0 && score <= 100 * scored;
}
