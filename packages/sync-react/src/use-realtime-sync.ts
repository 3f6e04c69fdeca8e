import { useEffect, useEffectEvent } from 'react';
import { useQueryClient, type Query, type QueryKey } from '@tanstack/react-query';
import type { Commit } from '@elira/sync-client';
import { useSyncClient } from './sync-provider.tsx';

/** Per key of a table, its row before and after. */
type TableChanges = NonNullable<ReturnType<Commit['changes']['get']>>;

export type RealtimeSyncOptions = {
  /**
   * The query keys that a change of these rows of a table concerns; each covers every key that begins so. Without it: `['courses']` and
   * `['courses', id]` for what belongs to a course, `['enrollments', userId]` for enrolments, `[table]` for anything else.
   */
  readonly queryKeys?: (table: string, keys: readonly string[], changes: TableChanges) => readonly QueryKey[];
};

/**
 * For applications that fetch with TanStack Query: each batch invalidates the queries whose rows it changed, once, so that those on a
 * screen are asked again when, and only when, there is something new, and the others when they are next shown. Screens that read rows
 * with `useRows` need no such detour.
 */
export function useRealtimeSync({ queryKeys = missionKeys }: RealtimeSyncOptions = {}): void {
  const client = useSyncClient();
  const queries = useQueryClient();
  const keysOf = useEffectEvent(queryKeys);
  useEffect(
    () =>
      client.store.subscribe(({ changes }) => {
        const keys = [...changes].flatMap(([table, rows]) => keysOf(table, [...rows.keys()], rows));
        const once = new Map(keys.map((key) => [JSON.stringify(key), key]));
        // A query may fall under several keys; asking it twice at once would cancel the first answer.
        const asked = new Set<Query>();
        for (const queryKey of once.values()) {
          const isFirst = (query: Query): boolean => !asked.has(query) && !isOfOneCourse(queryKey, query.queryKey);
          const concerned = queries.getQueryCache().findAll({ queryKey, predicate: isFirst });
          const mine = new Set(concerned);
          for (const query of concerned) asked.add(query);
          void queries.invalidateQueries({ queryKey, refetchType: 'active', predicate: (query) => mine.has(query) });
        }
      }),
    [client, queries],
  );
}

/** What is asked about one course alone follows that course, not the list of all. */
function isOfOneCourse(invalidated: QueryKey, asked: QueryKey): boolean {
  return invalidated.length === 1 && invalidated[0] === 'courses' && typeof asked[1] === 'string';
}

const COURSES = new Set(['courses', 'published_courses']);
const PARTS_OF_COURSES = new Set(
  ['modules', 'lessons', 'quizzes', 'questions', 'options'].flatMap((table) => [table, `published_${table}`]),
);

function missionKeys(table: string, keys: readonly string[], changes: TableChanges): readonly QueryKey[] {
  if (COURSES.has(table)) return [['courses'], ...keys.map((id) => ['courses', id])];
  if (PARTS_OF_COURSES.has(table)) return valuesOf(changes, 'courseId').map((id) => ['courses', id]);
  if (table === 'enrollments') return valuesOf(changes, 'userId').map((id) => ['enrollments', id]);
  return [[table]];
}

/** What a column of the changed rows holds, before and after. */
function valuesOf(changes: TableChanges, column: string): string[] {
  const values = [...changes.values()].flatMap(({ before, after }) => [before?.[column], after?.[column]]);
  return [...new Set(values)].filter((value) => typeof value === 'string');
}
