/** What one stage found. */
export type Tally = {
  readonly passed: number;
  /** One line each: the test's name, or what kept the stage from being judged. */
  readonly failed: readonly string[];
  readonly skipped: readonly Skipped[];
};

export type Skipped = { readonly name: string; readonly reason: string };

/** The tallies of several stages as one. */
export function addUp(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failed: tallies.flatMap(({ failed }) => failed),
    skipped: tallies.flatMap(({ skipped }) => skipped),
  };
}

/** `12 passed, 0 failed, 1 skipped`. */
export function tallyLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`;
}
