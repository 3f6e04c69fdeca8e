/** Decides what a person may do beyond their own things. */
export type Role = 'learner' | 'instructor' | 'admin';

/** Who asks. Decided by the server from what the request proves, never from a parameter. */
export type Viewer =
  /** Nobody in particular: sees what is published. */
  | { readonly kind: 'anonymous' }
  /** Whoever holds the operator's token: sees everything, drafts included. */
  | { readonly kind: 'operator' }
  /** A person with a live session, as the database knew them when the request came. */
  | { readonly kind: 'user'; readonly id: string; readonly sessionId: string; readonly role: Role };

/** Whether somebody runs the place: an administrator, or the operator. */
export function isAdmin(viewer: Viewer): boolean {
  return viewer.kind === 'operator' || (viewer.kind === 'user' && viewer.role === 'admin');
}
