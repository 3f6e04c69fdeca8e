/** Who asks for a mutation: a person with a session, as the database knows them. */
export type User = { readonly id: string; readonly role: 'learner' | 'instructor' | 'admin' };

/** Whether somebody makes courses. Pure. */
export function isTeaching({ role }: User): boolean {
  return role !== 'learner';
}
