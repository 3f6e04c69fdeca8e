import { Problem, PROBLEMS, problemDocument, timeOfUuidV7, type ProblemDocument } from '@elira/protocol';
import type { Mutation } from '@elira/rules';
import type { WriteLimits } from './write-options.ts';

/** Characters of the longest name a mutator may have. */
const NAME_CHARACTERS = 100;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Most faults that one refusal names, and most characters of it. */
const FAULTS_TOLD = 5;
const DETAIL_CHARACTERS = 500;

/** The mutations of a request. Throws `Problem` invalid_request. Pure. */
export function readMutations(body: unknown, { mutationsPerRequest }: Pick<WriteLimits, 'mutationsPerRequest'>): Mutation[] {
  if (!Array.isArray(body) || body.length === 0 || body.length > mutationsPerRequest)
    throw new Problem('invalid_request', `Send an array of 1 to ${mutationsPerRequest} mutations.`);
  return body.map((entry: unknown, index) => {
    if (!isMutation(entry)) throw new Problem('invalid_request', `${index}: a mutation is {id, name, args}, and nothing else.`);
    return { id: entry.id.toLowerCase(), name: entry.name, args: entry.args };
  });
}

function isMutation(entry: unknown): entry is Mutation {
  if (typeof entry !== 'object' || entry === null) return false;
  const { id, name, args, ...rest } = entry as Partial<Record<string, unknown>>;
  const named = typeof id === 'string' && typeof name === 'string' && name.length > 0 && name.length <= NAME_CHARACTERS;
  return named && args !== undefined && Object.keys(rest).length === 0;
}

/** Why no mutation may have this id, at `now`; undefined where one may. Pure. */
export function faultOfId(
  id: string,
  now: number,
  { mutationDays, mutationAheadHours }: Pick<WriteLimits, 'mutationDays' | 'mutationAheadHours'>,
): Problem | undefined {
  const madeAt = timeOfUuidV7(id);
  if (madeAt === undefined) return new Problem('invalid_request', 'id: must be a UUID of version 7.');
  if (now - madeAt > mutationDays * DAY_MS)
    return new Problem('mutation_too_old', `Its id is of more than ${mutationDays} days ago.`);
  // The ledger would forget it while it could still be sent.
  if (madeAt - now > mutationAheadHours * HOUR_MS)
    return new Problem('invalid_request', 'id: is of the future. Set the clock right.');
  return undefined;
}

/**
 * Whether to put off what has a name that is not known here, at `now`, and not to refuse it for good: while versions of a server change
 * places, another one may know it. Pure.
 */
export function mayBecomeKnown(
  id: string,
  now: number,
  { mutationUnknownDays }: Pick<WriteLimits, 'mutationUnknownDays'>,
): boolean {
  return now - (timeOfUuidV7(id) ?? 0) <= mutationUnknownDays * DAY_MS;
}

/** What a schema's refusal says: each wrong argument by its path, and none of the values. Undefined for any other error. Pure. */
export function faultOfArguments(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (!(error instanceof Error) || !('issues' in error) || !Array.isArray(error.issues)) return undefined;
  const faults = error.issues.slice(0, FAULTS_TOLD).map((issue: unknown) => {
    const { path = [], message = 'is wrong' } = issue as { path?: unknown[]; message?: string };
    return path.length === 0 ? message : `${path.join('.')}: ${message}`;
  });
  return new Problem('invalid_request', faults.join('; ').slice(0, DETAIL_CHARACTERS));
}

/** A stored problem as a document: what it leaves out is as its code says. Pure. */
export function storedProblem({
  code,
  ...rest
}: { readonly code: string } & Readonly<Record<string, unknown>>): ProblemDocument {
  const known = Object.hasOwn(PROBLEMS, code) ? (code as keyof typeof PROBLEMS) : 'internal';
  return { ...problemDocument(known), ...rest };
}
