import { Problem, type ProblemDocument } from '@elira/protocol';

/** A save that was based on a version that is no longer the present one. Carries what is there now, for whoever may read it anyway. */
export class VersionConflict extends Problem {
  readonly theirs: unknown;

  constructor(theirs: unknown) {
    super('version_conflict', 'Compare with `theirs`, and save again with its version.');
    this.theirs = theirs;
  }

  override toDocument(): ProblemDocument & { readonly theirs: unknown } {
    return { ...super.toDocument(), theirs: this.theirs };
  }
}
