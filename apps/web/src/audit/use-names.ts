import { useCallback, useMemo } from 'react';
import { useRows } from '@elira/sync-react';
import type { CoursePerson, User } from '../data/tables.ts';

export type NameOf = (userId: string) => string | undefined;

/** What people are called, as far as one may know: everybody for administrators, who takes part in their courses for authors. */
export function useNames(): NameOf {
  const users = useRows<User>('users');
  const people = useRows<CoursePerson>('course_people');
  const names = useMemo(
    () =>
      new Map([
        ...people.map(({ userId, name }) => [userId, name] as const),
        ...users.map(({ id, name }) => [id, name] as const),
      ]),
    [users, people],
  );
  return useCallback((userId) => names.get(userId), [names]);
}
