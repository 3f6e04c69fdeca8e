import { setTimeout as sleep } from 'node:timers/promises';
import { DEATHS, DIED_AT, type Death } from '../die-at.ts';
import { OWNERS, TEAMS } from '../world.ts';
import { struck, type FaultContext, type Strike } from './fault.ts';
import type { ServerProcess } from './server-process.ts';

/** Milliseconds until a server comes to its point, while everybody writes and moves. */
const PATIENCE_MS = 20_000;

const nameOf = (death: Death): string => `kill -9 of a server ${death}`;

/** Whoever comes back after a restart is led on from the ring: for this point somebody has to come who holds nothing. */
const FRESH_SNAPSHOTS: Death = 'between a snapshot and its first edge';
const COMING_EVERY_MS = 500;

async function askForSnapshots(context: FaultContext, server: ServerProcess, dead: Promise<unknown>): Promise<void> {
  let isOver = false;
  const over = dead.finally(() => (isOver = true));
  for (const scope of [...OWNERS.map((owner) => `owner:${owner}/private`), ...TEAMS.map((team) => `team:${team}/team`)]) {
    if (isOver) return;
    context.probe({ server, scope });
    await Promise.race([over, sleep(COMING_EVERY_MS)]);
  }
}

/** kill -9 where it hurts: the server restarts to die at that point by itself, and says so with its last word. */
export const NAMED_POINTS: readonly Strike[] = DEATHS.map((death, index) => ({
  name: nameOf(death),
  place: 'under load',
  strike: async (context) => {
    const { fleet } = context;
    const server = fleet.servers[index % fleet.servers.length];
    if (server === undefined) return;
    await server.kill();
    let signal = await server.start(death).then(
      async () => {
        fleet.refresh();
        const dead = server.untilDead(PATIENCE_MS);
        if (death === FRESH_SNAPSHOTS) await askForSnapshots(context, server, dead);
        return await dead;
      },
      // At some points it never gets as far as to listen.
      () => server.untilDead(0),
    );
    const said = server.log.some((line) => line.includes(`${DIED_AT}${death}`));
    if (signal === null) signal = await server.kill();
    await server.start();
    fleet.refresh();
    if (said && signal === 'SIGKILL') struck(context, nameOf(death), { server: server.name, signal });
  },
}));
