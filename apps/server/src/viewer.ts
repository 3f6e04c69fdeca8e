/** Who asks. Decided by the server from what the request proves, never from a parameter. */
export type Viewer =
  /** Nobody in particular: sees what is published. */
  | { readonly kind: 'anonymous' }
  /** Whoever holds the operator's token: sees everything, drafts included. */
  | { readonly kind: 'operator' };
