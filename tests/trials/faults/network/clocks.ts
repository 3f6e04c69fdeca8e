import { setTimeout as sleep } from 'node:timers/promises';
import { struck, type FaultContext, type Storm } from '../fault.ts';
import { until } from './until.ts';

const [CLIENT, SERVER] = ["a client's clock jumps", "a server's clock jumps"];
/** Faults of clocks, each with what proves that it struck. */
export const CLOCK_FAULTS = [CLIENT, SERVER] as const;

const HOUR_MS = 3_600_000;
const CLIENT_JUMPS_MS = [24 * HOUR_MS, -24 * HOUR_MS, -HOUR_MS, 5_000, -5_000];
const PAUSE_MS = { least: 300, most: 1_200 };
const BACK_PATIENCE_MS = 20_000;
/** What asking for the time may take. */
const ASKING_MS = 5_000;

export const CLOCK_STORM: Storm = {
  names: CLOCK_FAULTS,
  start: (context, names) => {
    const { random } = context;
    const share = names.includes(CLIENT) ? (names.includes(SERVER) ? 0.7 : 1) : 0;
    let running = true;
    const loop = (async () => {
      while (running) {
        await (random.chance(share) ? clientJumps(context) : serverJumps(context));
        await sleep(PAUSE_MS.least + random.below(PAUSE_MS.most - PAUSE_MS.least));
      }
    })();
    return {
      stop: async () => {
        running = false;
        await loop;
      },
    };
  },
};

/** Its wall clock is set while it reads and writes; then its connection is cut, so that it has waits to reckon with. */
async function clientJumps(context: FaultContext): Promise<void> {
  const { fleet, random } = context;
  const client = random.pick(fleet.clients);
  const { wall } = client;
  if (wall === undefined || client.signedOut) return;
  const before = wall.offsetMs;
  // A day ahead of the true time, or a day behind it; never two.
  wall.offsetMs = before === 0 ? random.pick(CLIENT_JUMPS_MS) : 0;
  const jumped = client.atItsOwnTime(() => Date.now()) - Date.now();
  client.proxy.cut();
  const back = await until(() => client.signedOut || client.sync.status === 'live', BACK_PATIENCE_MS);
  const isSet = Math.abs(jumped - wall.offsetMs) < ASKING_MS;
  if (back !== undefined && isSet)
    struck(context, CLIENT, { client: client.viewer.name, from: before, to: wall.offsetMs, back });
}

async function serverJumps(context: FaultContext): Promise<void> {
  const { fleet, random } = context;
  const server = random.pick(fleet.servers);
  const before = await server.metrics();
  const asked = Date.now();
  if (before === undefined || !server.jumpClock()) return;
  await sleep(PAUSE_MS.most);
  const after = await server.metrics();
  const jumped = (after?.wallClock ?? 0) - before.wallClock - (Date.now() - asked);
  if (after !== undefined && Math.abs(jumped) > ASKING_MS) struck(context, SERVER, { server: server.name, jumped });
}
