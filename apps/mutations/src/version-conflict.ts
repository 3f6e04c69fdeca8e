import { Problem, type ProblemDocument } from '@elira/protocol';

/** What became of one field on both sides. `base` is there where the save told what it was based on. */
export type FieldConflict = { readonly base?: unknown; readonly theirs: unknown; readonly yours: unknown };

/** What stands in the way of a save, for whoever may read the row anyway. */
export type Conflict = {
  /** The row as it is now. */
  readonly theirs: unknown;
  /** By JSON name: what both have changed. */
  readonly conflicts: Readonly<Record<string, FieldConflict>>;
  /** What of the save would have been taken, merged where both have changed it. */
  readonly merged: Readonly<Record<string, unknown>>;
};

/** A save that was based on a version that is no longer the present one, and changes what somebody else has changed since. */
export class VersionConflict extends Problem {
  readonly conflict: Conflict;

  constructor(conflict: Conflict) {
    super('version_conflict', 'Compare with `theirs`, and save again with its version.');
    this.conflict = conflict;
  }

  override toDocument(): ProblemDocument & Conflict {
    return { ...super.toDocument(), ...this.conflict };
  }
}
