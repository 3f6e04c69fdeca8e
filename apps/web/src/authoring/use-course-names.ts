import { useRows } from '@elira/sync-react';
import type { CoursePerson, User } from '../data/tables.ts';

/** Names of those who take part in a course, as far as the person who asks may know them. */
export function useCourseNames(courseId: string): (userId: string) => string | undefined {
  const people = useRows<CoursePerson>('course_people', { where: { courseId } });
  const users = useRows<User>('users');
  return (userId) => people.find((person) => person.userId === userId)?.name ?? users.find(({ id }) => id === userId)?.name;
}
