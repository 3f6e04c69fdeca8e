import { Problem, readIntegrityRequest, type Digest, type Limits, type Position, type ScopeKey } from '@elira/protocol';
import type { DigestQuestion, RowsQuestion } from '@elira/protocol';
import type { Log } from '../observe/log.ts';
import type { SyncMetrics } from '../observe/sync-metrics.ts';
import type { Identity } from '../read/read-session.ts';
import type { ScopeChanges } from '../route/scope-changes.ts';
import { scopesOf, type Access } from '../stream/access.ts';
import { admit, type Authorise } from '../stream/admit.ts';
import { heldScopes, readCursor, type CursorGrant } from '../stream/cursor-codec.ts';
import type { Ring } from '../stream/ring.ts';
import { changeLines } from '../stream/scope-lines.ts';
import type { StreamEngine } from '../stream/stream-handler.ts';
import { makeAllowance } from './allowance.ts';
import { changedInRing, olderOf } from './changed-since.ts';
import { readRepairs, type RepairOptions } from './read-repairs.ts';
import { atMost, isSame, rowDifferences, without } from './row-differences.ts';
import type { ScopeDigests } from './scope-digests.ts';

/**
 * integrity. In: where a client stands, and digests of what it holds, or the hashes of single rows. Out: the buckets that differ, or
 * what mends these rows. The promise: nobody is sent a row that their cursor does not vouch for and their session does not hold now; what the
 * stream is about to bring is left to the stream; and the database is asked for a scope once for all, for rows only where some are wrong.
 */
export type IntegrityCheck = (body: unknown, authorise: Authorise) => Promise<string>;

export type IntegrityOptions = Pick<
  StreamEngine,
  'hub' | 'memberships' | 'router' | 'tableNamed' | 'knowsStart' | 'ready' | 'metrics' | 'log'
> & {
  readonly limits: Limits;
  readonly digests: ScopeDigests;
  readonly repairs: RepairOptions;
};

/** Requests of one person at once, and how many come back over a minute: several screens, and one that is mended in rounds. */
const TURNS = 60;
const TURNS_SECONDS = 60;

/** What the client holds as its cursor says, and may hold still. */
type Held = {
  readonly position: Position;
  readonly scopes: ReadonlySet<string>;
  readonly ring: Ring;
  readonly identity: Identity;
};

export function makeIntegrityCheck(options: IntegrityOptions): IntegrityCheck {
  const { limits, metrics } = options;
  const mayAsk = makeAllowance(TURNS, TURNS_SECONDS);
  let underway = 0;

  return async (body, authorise) => {
    const problem = options.ready();
    if (problem !== undefined) throw new Problem(problem.code);
    if (underway >= limits.checksAtOnce) throw new Problem('too_busy');
    underway += 1;
    try {
      const request = readIntegrityRequest(body);
      if (request === undefined) throw new Problem('invalid_request', 'Send {cursor, digests, rows} as docs/protocol.md says.');
      const { digests, rows } = request;
      const asked = rows.reduce((sum, one) => sum + one.rows.length, 0);
      if (digests.length > limits.scopesPerConnection || rows.length > limits.scopesPerConnection)
        throw new Problem('too_many_scopes');
      if (asked > limits.rowsPerCheck) throw new Problem('too_large');
      const { access, ring } = await admit(authorise, [], options);
      if (access.user !== undefined && !mayAsk(access.user, performance.now())) throw new Problem('too_many_requests');
      const held = await heldBy(request.cursor, [...digests, ...rows], { access, ring }, options);
      if (digests.length > 0) metrics.integrityChecks += 1;
      return await answer(held, request, options);
    } finally {
      underway -= 1;
    }
  };
}

async function heldBy(
  text: string,
  questions: readonly { readonly scope: string }[],
  { access, ring }: { readonly access: Access; readonly ring: Ring },
  { hub, knowsStart }: Pick<IntegrityOptions, 'hub' | 'knowsStart'>,
): Promise<Held> {
  const { identity } = hub;
  if (identity === undefined || hub.ring !== ring) throw new Problem('epoch_changed');
  const cursor = readCursor(text, identity.signingKey);
  if (cursor === undefined) throw new Problem('cursor_invalid');
  const { place, grant } = cursor;
  if (place.epoch !== identity.epoch || !(await knowsStart(place.start))) throw new Problem('epoch_changed');
  if (!place.rounded && place.position.xmax < grant.since) throw new Problem('cursor_invalid');
  const asked = new Set(questions.map(({ scope }) => scope));
  const now = scopesOf(access);
  return { position: place.position, scopes: vouchedFor(grant, now, asked), ring, identity };
}

/** A cursor of many scopes vouches for a whole set: all that the viewer holds, or all that the client followed and asks of. */
function vouchedFor(grant: CursorGrant, now: readonly ScopeKey[], asked: ReadonlySet<string>): ReadonlySet<string> {
  const wanted = now.filter((scope) => asked.has(scope));
  const held = heldScopes(grant, now);
  const all = held.size > 0 ? held : heldScopes(grant, wanted);
  return new Set(wanted.filter((scope) => all.has(scope)));
}

async function answer(
  held: Held,
  { digests, rows }: { readonly digests: readonly DigestQuestion[]; readonly rows: readonly RowsQuestion[] },
  options: IntegrityOptions,
): Promise<string> {
  const differ: { scope: string; buckets: number[] }[] = [];
  const lines: string[] = [];
  for (const question of digests) {
    const own = await digestOf(question.scope, held, options);
    const sums = own?.digest.sums(question.sums.length) ?? question.sums;
    const buckets = sums.flatMap((sum, bucket) => (sum === question.sums[bucket] ? [] : [bucket]));
    if (buckets.length > 0) differ.push({ scope: question.scope, buckets });
  }
  for (const question of rows) {
    const own = await digestOf(question.scope, held, options);
    if (own === undefined) continue;
    const scope = question.scope as ScopeKey;
    const repairs = await repairsOf(scope, question, own, held, options);
    note(repairs, options);
    lines.push(...changeLines(scope, repairs, options.limits.frameBytes));
  }
  return `{"differ":${JSON.stringify(differ)},"deltas":[${lines.join(',')}]}`;
}

/** Undefined for a scope that is none of the viewer's, or of which nothing can be said. */
async function digestOf(
  scope: string,
  { scopes, ring, identity }: Held,
  { digests }: Pick<IntegrityOptions, 'digests'>,
): Promise<{ readonly position: Position; readonly digest: Digest } | undefined> {
  if (!scopes.has(scope)) return undefined;
  try {
    return await digests.of(scope as ScopeKey, ring, identity);
  } catch (error) {
    if (error instanceof Problem && (error.code === 'scope_too_large' || error.code === 'capture_incomplete')) return undefined;
    throw error;
  }
}

async function repairsOf(
  scope: ScopeKey,
  question: RowsQuestion,
  own: { readonly position: Position; readonly digest: Digest },
  { position, ring, identity }: Held,
  { limits, repairs, router }: Pick<IntegrityOptions, 'limits' | 'repairs' | 'router'>,
): Promise<ScopeChanges> {
  const since = olderOf(position, own.position);
  const inRing = changedInRing(ring, since, scope, router);
  const found = rowDifferences(own.digest, question);
  const likely = atMost(inRing === undefined ? found : without(found, inRing), limits.rowsPerRepair);
  return isSame(likely) ? new Map() : await readRepairs({ scope, since, differences: likely }, identity, repairs);
}

/** Rows of other people's are in no log: tables and numbers only. */
function note(repairs: ScopeChanges, { metrics, log }: { readonly metrics: SyncMetrics; readonly log: Log }): void {
  const tables = Object.fromEntries([...repairs].map(([table, { puts, drops }]) => [table, puts.size + drops.size]));
  const rows = Object.values(tables).reduce((sum, count) => sum + count, 0);
  if (rows === 0) return;
  metrics.integrityFaults += 1;
  metrics.rowsMended += rows;
  metrics.errors += 1;
  log.error({ code: 'rows_differed', tables }, 'a client held other rows than the database; it is sent those');
}
