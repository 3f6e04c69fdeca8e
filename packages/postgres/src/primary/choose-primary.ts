/** What one host said to a connection made for this question. */
export type HostAnswer = {
  /** Index of the host. */
  readonly host: number;
  /** Takes writes: neither a standby nor read-only. */
  readonly writable: boolean;
  /** Of its WAL, in hexadecimal; grows with each promotion. Empty for a standby. */
  readonly timeline: string;
  /** PostgreSQL's name for the installation; empty where it may not be read. */
  readonly system: string;
};

/** The primary that was chosen last. */
export type Chosen = Pick<HostAnswer, 'host' | 'timeline' | 'system'>;

export type Choice =
  /** `moved`: connections made before belong to another primary, or to the same one before it was promoted. */
  | { readonly kind: 'primary'; readonly chosen: Chosen; readonly moved: boolean }
  /** Nobody who answers takes writes: there is nothing better than what is known. */
  | { readonly kind: 'none' }
  /** Whoever takes writes was left behind by a promotion: nothing may be read from it nor written to it. */
  | { readonly kind: 'left-behind'; readonly known: Chosen };

/**
 * Which host is the primary: the writable one of the newest timeline. One whose timeline is older than what was seen was left behind by a
 * failover, however happily it answers. An installation of another name counts where the known one takes writes nowhere: a backup was restored. Pure.
 */
export function choosePrimary(answers: readonly HostAnswer[], known: Chosen | undefined): Choice {
  const writable = answers.filter((answer) => answer.writable);
  const related = writable.filter(({ system }) => known === undefined || system === known.system);
  const candidates = related.length > 0 ? related : writable;
  const best = candidates.toSorted((a, b) => order(b.timeline, a.timeline) || rank(a, known) - rank(b, known))[0];
  if (best === undefined) return { kind: 'none' };
  const sameSystem = known?.system === best.system;
  if (sameSystem && order(best.timeline, known.timeline) < 0) return { kind: 'left-behind', known };
  const { host, timeline, system } = best;
  const moved = known !== undefined && (known.host !== host || known.timeline !== timeline || !sameSystem);
  return { kind: 'primary', chosen: { host, timeline, system }, moved };
}

/** Of equal ones, the one that is used already; then in the order in which they are named. */
function rank({ host }: HostAnswer, known: Chosen | undefined): number {
  return known?.host === host ? -1 : host;
}

function order(a: string, b: string): number {
  return Number.parseInt(a, 16) - Number.parseInt(b, 16);
}
