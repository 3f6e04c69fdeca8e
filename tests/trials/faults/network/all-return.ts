import { setTimeout as sleep } from 'node:timers/promises';
import { besides, struck, type Strike } from '../fault.ts';
import type { ServerMetrics, ServerProcess } from '../server-process.ts';
import { until } from './until.ts';

const NAME = 'everybody comes back at once';
const BACK_PATIENCE_MS = 60_000;
/** Statements that do not grow with anything: what was under way, and who came a little later than the others. */
const CONSTANT = 40;
/** Milliseconds without anybody who comes. */
const QUIET_MS = 4_000;
const LOOK_MS = 100;
const ASKED = ['snapshots', 'membershipReads', 'catchUpReads'] as const;

/**
 * Every connection is cut at the same moment. What the database is asked then grows with scopes, not with clients. At rest, since every
 * scope that somebody gains is asked for too.
 */
export const ALL_RETURN: Strike = {
  name: NAME,
  place: 'at rest',
  strike: async (context) => {
    const { fleet } = context;
    const [server] = fleet.servers;
    if (server === undefined) return;
    const clients = fleet.clientsOf(server).filter(({ signedOut }) => !signedOut);
    await untilQuiet(server);
    const scopes = new Set(fleet.clients.flatMap(({ sync }) => sync.store.scopes()));
    const users = new Set(fleet.clients.flatMap(({ viewer }) => (viewer.user === undefined ? [] : [viewer.user])));
    const [before, problems] = [await server.metrics(), new Map(clients.map((one) => [one, one.problems.length]))];
    const crowd = fleet.crowdServer === server ? await fleet.moveCrowd(server, true) : 0;
    let connections = crowd;
    for (const { proxy } of clients) connections += proxy.cut().connections;
    const isBack = (client: (typeof clients)[number]): boolean =>
      client.signedOut || (client.problems.length > (problems.get(client) ?? 0) && client.sync.status === 'live');
    const back = await until(() => clients.every(isBack), BACK_PATIENCE_MS);
    const after = await server.metrics();
    if (before === undefined || after === undefined) return;
    const asked = askedBetween(before, after);
    const statements = asked.snapshots + asked.membershipReads + asked.catchUpReads;
    const bound = scopes.size + users.size + CONSTANT;
    besides(context, NAME, 'statements are bounded by scopes', statements <= bound, { ...asked, bound, connections, back });
    besides(context, NAME, 'everybody is served again', back !== undefined, { back });
    if (connections > 0) struck(context, NAME, { connections, crowd, ...asked, scopes: scopes.size, users: users.size, back });
  },
};

/** Whoever was on the way to this server before is there, and has been given what they need. */
async function untilQuiet(server: ServerProcess): Promise<void> {
  const deadline = performance.now() + BACK_PATIENCE_MS;
  let [last, since] = [-1, performance.now()];
  while (performance.now() < deadline && performance.now() - since < QUIET_MS) {
    const metrics = await server.metrics();
    const asked = metrics === undefined ? -1 : ASKED.reduce((sum, name) => sum + metrics[name], metrics.connections);
    if (asked !== last) [last, since] = [asked, performance.now()];
    await sleep(LOOK_MS);
  }
}

/** What this server has asked for those who came: snapshots of scopes, memberships, what lies beyond its memory. */
function askedBetween(before: ServerMetrics, after: ServerMetrics): Record<(typeof ASKED)[number], number> {
  const [snapshots, membershipReads, catchUpReads] = ASKED.map((name) => after[name] - before[name]);
  return { snapshots: snapshots ?? 0, membershipReads: membershipReads ?? 0, catchUpReads: catchUpReads ?? 0 };
}
