import { setTimeout as sleep } from 'node:timers/promises';
import { besides, struck, type FaultContext, type Strike } from './fault.ts';
import type { ServerProcess } from './server-process.ts';

const NAME = 'twenty restarts of a server, one after another';
const RESTARTS = 20;
const PATIENCE_MS = 40_000;
/** Connections a client may ask for over one restart: what it had, what was refused meanwhile, and the one that stays. */
const ASKED_PER_RESTART = 6;

/** As fast as it starts. Nothing of a server that was killed stays in PostgreSQL, and whoever waits for it does not hammer at it. */
export const RESTARTS_IN_A_ROW: Strike = {
  name: NAME,
  place: 'in calm',
  strike: async (context) => {
    const { fleet } = context;
    const server = fleet.servers[1] ?? fleet.servers[0];
    if (server === undefined) return;
    const before = await connectionsOf(context, server);
    // This one waits as clients outside do, and not as the trial's, which have no time.
    const patient = context.probe({ server, scope: 'board:1/watch', random: () => context.random.next() });
    const began = Date.now();
    let kills = 0;
    for (let restart = 0; restart < RESTARTS; restart += 1) {
      if ((await server.kill()) === 'SIGKILL') kills += 1;
      await server.start();
      fleet.refresh();
    }
    const milliseconds = Date.now() - began;
    const live = await until(() => Promise.resolve(patient.sync.status === 'live'));
    besides(context, NAME, 'who waited for it comes back', live, { status: patient.sync.status });
    const { asked } = patient;
    besides(context, NAME, 'and has not hammered at it', asked <= RESTARTS * ASKED_PER_RESTART, { asked });
    const most = before + SLACK;
    let left = before;
    const level = await until(async () => (left = await connectionsOf(context, server)) <= most);
    besides(context, NAME, 'no connection of those that were killed is left in PostgreSQL', level, { before, left });
    if (kills === RESTARTS) struck(context, NAME, { kills, milliseconds, asked });
  },
};

/** Pools grow and shrink by what is asked of them. */
const SLACK = 8;

async function connectionsOf({ database }: FaultContext, { name }: ServerProcess): Promise<number> {
  const rows = await database.query<{ count: number }>(
    'SELECT count(*)::integer AS count FROM pg_stat_activity WHERE usename = $1',
    [database.connectionOf(name).user],
  );
  return rows[0]?.count ?? 0;
}

async function until(holds: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    if (await holds()) return true;
    await sleep(50);
  }
  return false;
}
