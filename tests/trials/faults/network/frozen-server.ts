import { setTimeout as sleep } from 'node:timers/promises';
import type { ScopeKey } from '@elira/protocol';
import type { TrialClient } from '../../clients/trial-client.ts';
import { MARKER_TICKS } from '../../world.ts';
import { besides, struck, type FaultContext, type Strike } from '../fault.ts';
import { until } from './until.ts';

const NAME = 'a server stands still and wakes up';
const BACK_PATIENCE_MS = 60_000;
const LOOK_MS = 5;
/** What a client's own clock and the way of a message are allowed, in milliseconds. */
const ALLOWED_MS = 250;

/**
 * SIGSTOP: its sockets stay open, and the system accepts connections for it. Clients notice by the age of what they have; when it wakes, it
 * knows nothing of what was written meanwhile, and must not call that fresh.
 */
export const FROZEN_SERVER: Strike = {
  name: NAME,
  place: 'in calm',
  strike: async (context) => {
    const { fleet, scale } = context;
    const [server] = fleet.servers;
    if (server === undefined) return;
    const clients = fleet.clientsOf(server).filter(({ signedOut, sync }) => !signedOut && sync.status === 'live');
    const before = new Map(clients.map((client) => [client, client.problems.length]));
    server.pause();
    await sleep(scale.serverFrozenMs / 2);
    const { number, at } = await writeDownTime(context);
    await sleep(scale.serverFrozenMs / 2);
    const noticed = clients.filter((client) => client.problems.length > (before.get(client) ?? 0)).length;
    const age = Math.max(0, ...clients.map((client) => client.now() - (client.sync.store.freshAt ?? client.now())));
    const watch = watchForStale(clients, number, at);
    server.resume();
    const back = await until(
      () => clients.every((client) => client.signedOut || client.sync.status === 'live'),
      BACK_PATIENCE_MS,
    );
    await sleep(scale.silenceMs / 3);
    const stale = watch();
    besides(context, NAME, 'nothing that it serves when it wakes is called fresher than it is', stale.length === 0, { stale });
    besides(context, NAME, 'everybody is served again', back !== undefined, { back });
    // Those whose silence has lasted long enough have given it up.
    const long = scale.serverFrozenMs > scale.silenceMs + ALLOWED_MS;
    if (long) besides(context, NAME, 'clients notice by age', noticed > 0, { noticed, age });
    if (clients.length > 0 && age > scale.serverFrozenMs / 2)
      struck(context, NAME, { clients: clients.length, noticed, age, back });
  },
};

/** A row of a board says a number that only somebody knows who has read since now. */
async function writeDownTime({ database, random }: FaultContext): Promise<{ number: number; at: number }> {
  const number = 1_000_000 + random.below(1_000_000);
  await database.query('UPDATE trial_ticks SET version = $2 WHERE id = ANY ($1::uuid[])', [
    MARKER_TICKS.map(({ id }) => id),
    number,
  ]);
  return { number, at: performance.now() };
}

/** Who calls its rows fresher than `at`, and does not have what was written before. */
function watchForStale(clients: readonly TrialClient[], number: number, at: number): () => string[] {
  const stale = new Set<string>();
  const look = (): void => {
    for (const client of clients) {
      const { store } = client.sync;
      if (client.sync.status !== 'live' || (store.freshAt ?? 0) < at + ALLOWED_MS) continue;
      for (const { id, board } of MARKER_TICKS) {
        const version = store
          .dump(`board:${board}/watch` as ScopeKey)
          ?.get('trial_ticks')
          ?.get(id)?.['version'];
        if (typeof version === 'number' && version < number) stale.add(`${client.viewer.name}: ${version} of board ${board}`);
      }
    }
  };
  const timer = setInterval(look, LOOK_MS);
  return () => {
    clearInterval(timer);
    return [...stale];
  };
}
