import type { TrialClient } from '../../clients/trial-client.ts';
import { besides, struck, type FaultContext, type Strike } from '../fault.ts';
import type { ServerProcess } from '../server-process.ts';
import { until } from './until.ts';

const NAME = 'a rolling restart of both servers';
const BACK_PATIENCE_MS = 60_000;
/** Share of a crowd that may come within a tenth of a second: whoever says goodbye spreads them out. */
const MOST_TOGETHER = 0.5;
const A_CROWD = 50;

/** One after the other says goodbye and starts again, as for a new version; everybody finds the other one meanwhile. */
export const ROLLING_RESTART: Strike = {
  name: NAME,
  place: 'in calm',
  strike: async (context) => {
    const { fleet } = context;
    const moves: Moved[] = [];
    for (const server of fleet.servers) moves.push(await moveAway(context, server, fleet.other(server)));
    const all = moves.flatMap(({ times }) => times).toSorted((a, b) => a - b);
    const [p99 = 0, lost] = [all[Math.floor(all.length * 0.99)], moves.reduce((sum, one) => sum + one.lost, 0)];
    besides(context, NAME, 'every client has found the other server', lost === 0, { lost });
    besides(context, NAME, 'a client moves in time', p99 <= context.scale.movedWithinMs, { p99, clients: all.length });
    const together = Math.max(...moves.map((one) => one.together));
    besides(context, NAME, 'they do not come all at once', together <= MOST_TOGETHER, { together });
    if (moves.every(({ goodbyes }) => goodbyes > 0))
      struck(context, NAME, { moved: all.length, half: all[all.length >> 1], p99, together });
  },
};

type Moved = { readonly times: readonly number[]; readonly lost: number; readonly goodbyes: number; readonly together: number };

async function moveAway({ fleet }: FaultContext, server: ServerProcess, other: ServerProcess): Promise<Moved> {
  const clients = fleet.clientsOf(server).filter((client) => !client.signedOut);
  const before = new Map(clients.map((client) => [client, client.problems.length]));
  for (const client of clients) fleet.assign(client, other);
  if (fleet.crowdServer === server) await fleet.moveCrowd(other, false);
  const began = performance.now();
  // It is still there for those who come before it has gone.
  const stopping = server.stop();
  const came = await Promise.all(clients.map((client) => cameBack(client, before.get(client) ?? 0)));
  await stopping;
  const arrivals = (await other.metrics())?.arrivals ?? [];
  const since = arrivals.filter((at) => at >= began + performance.timeOrigin);
  await server.start();
  fleet.refresh();
  return {
    times: came.filter((time) => time !== undefined),
    // Whoever was signed out meanwhile has other reasons to be away.
    lost: clients.filter((client, index) => came[index] === undefined && !client.signedOut).length,
    goodbyes: clients.filter((client) => client.problems.length > (before.get(client) ?? 0)).length,
    together: since.length < A_CROWD ? 0 : mostTogether(since) / since.length,
  };
}

function cameBack(client: TrialClient, before: number): Promise<number | undefined> {
  return until(() => client.signedOut || (client.problems.length > before && client.sync.status === 'live'), BACK_PATIENCE_MS);
}

/** The most that came within a tenth of a second. */
function mostTogether(times: readonly number[]): number {
  const tenths = new Map<number, number>();
  for (const time of times) tenths.set(Math.floor(time / 100), (tenths.get(Math.floor(time / 100)) ?? 0) + 1);
  return Math.max(0, ...tenths.values());
}
