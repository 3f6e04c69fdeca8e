import { Problem, type ScopeKey } from '@elira/protocol';
import type { ScopeRouter, TableRule } from '@elira/rules';
import { rowId } from '../read/change-window.ts';
import type { Access, Viewer } from './access.ts';
import { turnGranted, type Granted } from './granted.ts';
import type { StreamHub } from './hub.ts';
import { interrupted } from './interrupted.ts';
import type { Memberships } from './memberships.ts';
import type { Ring } from './ring.ts';

/** Asks the application who sends this request. Throws `Problem` to refuse. */
export type Authorise = () => Viewer | Promise<Viewer>;

type Engine = {
  readonly hub: StreamHub;
  readonly memberships: Memberships;
  readonly router: ScopeRouter;
  readonly tableNamed: (name: string) => TableRule | undefined;
};
type Admitted = { readonly access: Access; readonly ring: Ring };

/**
 * How often the application and the memberships are asked before a request is refused because the answers were outdated when they came.
 * To ask again costs what others who come ask for anyway; to send many away costs them a wait, and the database their return.
 */
const TIMES_ASKED = 3;

/**
 * What a request may receive, as of the ring's present head: the application's word and the user's memberships, both brought forward by
 * what the ring says happened since they were asked for. Between "may this user?" and "now it is served" nothing is missed.
 *
 * The caller takes the connection in before it lets anything else happen. Throws `Problem`.
 */
export async function admit(authorise: Authorise, wanted: readonly ScopeKey[], engine: Engine): Promise<Admitted> {
  for (let asked = 1; ; asked += 1) {
    const answer = await ask(authorise, wanted, engine);
    if (!(answer instanceof Problem)) return answer;
    if (asked === TIMES_ASKED) throw answer;
  }
}

/** Resolves with a problem where too little is known of what happened to the answers since they were asked for. */
async function ask(authorise: Authorise, wanted: readonly ScopeKey[], engine: Engine): Promise<Admitted | Problem> {
  const { hub, router } = engine;
  const { ring } = hub;
  if (ring === undefined) throw new Problem('database_unavailable');
  // Read before the application answers, so what it answers is at least as new.
  const mark = ring.head.index;
  const viewer = await authorise();
  const restsOn = (viewer.restsOn ?? []).map(({ table, key }) => identityRow(engine.tableNamed(table), key, router));
  const { user, expiresAt, label, scopes: fixed } = viewer;
  const only = wanted.length === 0 ? undefined : new Set(wanted);
  const accessWith = (granted: Granted): Access => ({ fixed, granted, wanted: only, user, restsOn, expiresAt, label });
  if (user === undefined && restsOn.length === 0) return { access: accessWith(new Map()), ring };
  const { granted, edge } =
    user === undefined ? { granted: new Map() as Granted, edge: mark } : await membership(user, ring, engine);
  const access = accessWith(granted);
  if (hub.ring !== ring) throw new Problem('epoch_changed');
  if (edge === undefined || Math.min(mark, edge) < ring.oldest)
    return new Problem('database_unavailable', 'Too much happened meanwhile.');
  const turning = ring.turningSince(edge, access);
  const unknown = turning.some(({ reload }) => [...reload].some(router.opensScopes));
  const isSame = interrupted(access, [], ring.turningSince(mark, access), router) !== 'all';
  if (unknown || !isSame) return new Problem('access_changed');
  for (const batch of turning) turnGranted(granted, batch.members.get(user ?? ''));
  return { access, ring };
}

/** `edge`: the latest batch that the statement saw, or undefined where the ring no longer reaches so far. */
async function membership(
  user: string,
  ring: Ring,
  { hub, memberships }: Pick<Engine, 'hub' | 'memberships'>,
): Promise<{ granted: Granted; edge: number | undefined }> {
  const { granted, position, incarnation } = await memberships.read(user);
  if (incarnation !== hub.identity?.incarnation) throw new Problem('epoch_changed');
  await hub.untilContains(ring, position);
  return { granted, edge: ring.latestContainedIn(position)?.index };
}

function identityRow(table: TableRule | undefined, key: string, router: ScopeRouter): string {
  if (table === undefined || !router.isIdentity(table.id)) throw new Error('a viewer rests on rows of `identities` only');
  return rowId(table.id, key);
}
