import { useRows } from '@elira/sync-react';
import { usePerson } from '../app/session-context.tsx';
import type { CoursePerson } from '../data/tables.ts';
import type { VersionedRow } from './draft-fields.ts';

/** Somebody who changed what one is changing: oneself in another window, or somebody whose name may be known. */
export type Changer = { readonly isMe: boolean; readonly name: string | undefined };

export function useChanger(row: VersionedRow, userId: string | undefined): Changer {
  const me = usePerson();
  const courseId = typeof row['courseId'] === 'string' ? row['courseId'] : row.id;
  const [person] = useRows<CoursePerson>('course_people', { where: { courseId, userId: userId ?? '' } });
  return { isMe: userId !== undefined && me?.id === userId, name: person?.name };
}
