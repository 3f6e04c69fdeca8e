import { setTimeout as sleep } from 'node:timers/promises';
import { besides, struck, type FaultContext, type Strike } from '../fault.ts';
import type { ServerProcess } from '../server-process.ts';

const NAME = 'PostgreSQL is stopped for a while';
/** By how much an age may be younger than the standstill, in milliseconds: stopping takes a while, and heartbeats have a period. */
const AGE_SLACK_MS = 2_500;

/** In order, and for long enough that everybody must notice. Nothing is lost and the epoch stays; nobody may look fresh meanwhile. */
export const STOPPED_DATABASE: Strike = {
  name: NAME,
  place: 'in calm',
  strike: async (context) => {
    const { database, fleet, scale } = context;
    const { pid } = database.cluster;
    const held = fleet.clients.map((client) => ({
      client,
      rows: rowsOf(client.sync.store),
      problems: client.problems.length,
    }));
    let open: () => void = () => undefined;
    context.holdWriters(new Promise<void>((resolve) => void (open = resolve)));
    try {
      await database.cluster.stop();
      const began = performance.now();
      await sleep(scale.databaseStoppedMs);
      const stoppedMs = performance.now() - began;
      lookAtClients(context, held, stoppedMs);
      for (const server of fleet.servers) await lookAtServer(context, server);
      await database.start();
      struck(context, NAME, { pid, stoppedMs: Math.round(stoppedMs), again: database.cluster.pid });
    } finally {
      open();
    }
  },
};

type Held = readonly {
  readonly client: FaultContext['fleet']['clients'][number];
  readonly rows: number;
  /** Of which it had told. */
  readonly problems: number;
}[];

function lookAtClients(context: FaultContext, held: Held, stoppedMs: number): void {
  // Of whom the database's last word was that what they may see has changed, they show nothing until it says what that is.
  const mayShow = held.filter(({ client, problems }) => !client.problems.slice(problems).includes('access_changed'));
  const bare = mayShow.filter(({ client, rows }) => !client.signedOut && rows > 0 && rowsOf(client.sync.store) === 0);
  besides(context, NAME, 'screens are kept', bare.length === 0, { bare: bare.map(({ client }) => client.viewer.name) });
  const young = held
    .map(({ client }) => ({ name: client.viewer.name, ageMs: client.now() - (client.sync.store.freshAt ?? 0) }))
    .filter(({ ageMs }) => ageMs < stoppedMs - AGE_SLACK_MS);
  besides(context, NAME, 'nobody takes what they show for younger than it is', young.length === 0, { young, stoppedMs });
}

/** It calls itself stale, takes nobody new, and says when to come again. */
async function lookAtServer(context: FaultContext, server: ServerProcess): Promise<void> {
  const metrics = await server.metrics();
  besides(context, NAME, `server ${server.name} calls itself stale`, metrics?.health.fresh === false, {
    health: metrics?.health,
  });
  const probe = context.probe({ server, scope: 'bulk:nobody/probe' });
  const deadline = Date.now() + AGE_SLACK_MS;
  while (probe.problems.length === 0 && Date.now() < deadline) await sleep(20);
  const [problem] = probe.problems;
  besides(context, NAME, `server ${server.name} takes nobody new, with a code`, problem !== undefined && TOLD.has(problem), {
    problem,
  });
}

const TOLD: ReadonlySet<string> = new Set(['database_unavailable', 'reader_stale']);

function rowsOf(store: FaultContext['fleet']['clients'][number]['sync']['store']): number {
  return store
    .scopes()
    .reduce((sum, scope) => sum + [...(store.dump(scope)?.values() ?? [])].reduce((all, rows) => all + rows.size, 0), 0);
}
