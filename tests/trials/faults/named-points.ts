import { DEATHS, DIED_AT, type Death } from '../die-at.ts';
import { struck, type Strike } from './fault.ts';

/** Milliseconds until a server comes to its point, while everybody writes and moves. */
const PATIENCE_MS = 20_000;

const nameOf = (death: Death): string => `kill -9 of a server ${death}`;

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
        return await server.untilDead(PATIENCE_MS);
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
