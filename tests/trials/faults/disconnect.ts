import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@elira/testkit';
import type { TrialClient } from '../clients/trial-client.ts';
import { OLDER_EDGE } from '../judge/judging.ts';
import { CLIENT_FAULTS, CLIENT_STRIKES } from './client-faults.ts';
import { struck, type FaultContext, type Storm } from './fault.ts';
import type { Fleet } from './fleet.ts';
import type { ServerProcess } from './server-process.ts';

/** Faults of the network, each with what proves that it struck. */
export const DISCONNECTS = [
  ...CLIENT_FAULTS,
  'moved to the other server with its cursor',
  'server stopped in mid-air',
  'a reader that hears nothing from the database',
] as const;

type Name = (typeof DISCONNECTS)[number];

const WEIGHTS: Readonly<Record<Name, number>> = {
  'connections reset': 4,
  'cut in the middle of a frame': 5,
  'half-open, noticed by silence': 2,
  'moved to the other server with its cursor': 6,
  'server not reachable': 2,
  'the network is down, perhaps in one direction': 3,
  'a slow reader': 2,
  'server stopped in mid-air': 1,
  'a reader that hears nothing from the database': 2,
};

/** Milliseconds between two faults; each strikes one client. */
const PAUSE_MS = { least: 150, most: 600 };
const ALONE_MS = { least: 30, most: 120 };
const STANDSTILL_MS = 600;
/** What the others get ahead. */
const HEAD_START_MS = 300;
/** Longer than a client waits before it connects again: it arrives while the server knows less than its cursor. */
const DEAF_MS = 900;

/** Faults of the network between clients and servers, one client after another. */
export const DISCONNECT_STORM: Storm = {
  names: DISCONNECTS,
  also: [OLDER_EDGE],
  start: (context, names) => {
    const { fleet, random } = context;
    const chosen = DISCONNECTS.filter((name) => names.includes(name));
    const alone = chosen.length === 1;
    const pause = alone ? ALONE_MS : PAUSE_MS;
    let running = true;
    const pending = new Set<Promise<void>>();
    const strike = async (): Promise<void> => {
      const client = random.pick(fleet.clients);
      const name = choose(random, chosen);
      const proof = await STRIKES[name](client, context);
      if (proof !== undefined) struck(context, name, { client: client.viewer.name, ...proof });
    };
    const loop = (async () => {
      while (running) {
        await sleep(pause.least + random.below(pause.most - pause.least));
        const one = strike().finally(() => pending.delete(one));
        pending.add(one);
        // One fault alone is dealt out one after another: more would strike those that are still struck.
        if (alone) await one;
      }
      await Promise.all(pending);
    })();
    return {
      stop: async () => {
        running = false;
        await loop;
      },
    };
  },
};

/** What proves that it struck, or nothing. */
type Strike = (client: TrialClient, context: FaultContext) => Promise<object | undefined>;

const STRIKES: Readonly<Record<Name, Strike>> = {
  ...CLIENT_STRIKES,
  'moved to the other server with its cursor': async (client, { fleet }) => {
    const from = fleet.serverOf(client);
    const to = fleet.other(from);
    const { cursor } = client.sync;
    if (to === from || cursor === undefined) return undefined;
    fleet.assign(client, to);
    const { connections } = client.proxy.cut();
    return connections > 0 ? { from: from.name, to: to.name } : undefined;
  },
  'server stopped in mid-air': async (client, { fleet }) => {
    const server = fleet.serverOf(client);
    server.pause();
    await sleep(STANDSTILL_MS);
    // It wakes up far behind, and at once has to serve a cursor that is ahead of all it has read.
    const arrived = moveTo(server, fleet);
    await sleep(STANDSTILL_MS);
    server.resume();
    return { server: server.name, arrived };
  },
  'a reader that hears nothing from the database': async (client, { fleet, database }) => {
    const server = fleet.serverOf(client);
    const backend = await database.readerOf(server.name);
    if (backend === undefined || !signal(backend, 'SIGSTOP')) return undefined;
    await sleep(HEAD_START_MS);
    // The server answers, but all that it knows is older than what those who come to it have seen.
    const arrived = moveTo(server, fleet);
    await sleep(DEAF_MS);
    const went = signal(backend, 'SIGCONT');
    return went && arrived.length > 0 ? { server: server.name, backend, arrived } : undefined;
  },
};

/** Two clients of the other server move to this one, with all that they know. */
function moveTo(server: ServerProcess, fleet: Fleet): string[] {
  const others = fleet.clients.filter((other) => fleet.serverOf(other) !== server).slice(0, 2);
  for (const other of others) {
    fleet.assign(other, server);
    other.proxy.cut();
  }
  return others.map(({ viewer }) => viewer.name);
}

/** Whether the process was there to be signalled. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

function choose(random: Random, names: readonly Name[]): Name {
  let at = random.next() * names.reduce((sum, name) => sum + WEIGHTS[name], 0);
  for (const name of names) {
    at -= WEIGHTS[name];
    if (at < 0) return name;
  }
  return names[0] ?? DISCONNECTS[0];
}
