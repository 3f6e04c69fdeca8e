import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@elira/testkit';
import type { TrialClient } from '../clients/trial-client.ts';
import type { Scale } from '../scale.ts';

/** Faults that concern one client and its network, and nothing else. */
export const CLIENT_FAULTS = [
  'connections reset',
  'cut in the middle of a frame',
  'half-open, noticed by silence',
  'server not reachable',
  'the network is down, perhaps in one direction',
  'a slow reader',
] as const;
export type ClientFault = (typeof CLIENT_FAULTS)[number];

/** What the fault needs to know besides its client. */
export type ClientStrikeContext = { readonly random: Random; readonly scale: Scale };
/** Resolves when it has healed, with what proves that it struck, or with nothing. */
export type ClientStrike = (client: TrialClient, context: ClientStrikeContext) => Promise<object | undefined>;

const FRAME_PATIENCE_MS = 1_500;
const LOOK_MS = 50;
const SLOW_BYTES_PER_SECOND = 4_000;

export const CLIENT_STRIKES: Readonly<Record<ClientFault, ClientStrike>> = {
  'connections reset': async ({ proxy }) => {
    const { connections } = proxy.cut();
    return connections > 0 ? { connections } : undefined;
  },
  'cut in the middle of a frame': async ({ proxy }) => {
    const { lostBytes } = await proxy.cutMidFrame(FRAME_PATIENCE_MS);
    return lostBytes > 0 ? { lostBytes } : undefined;
  },
  'half-open, noticed by silence': async (client, { scale }) => {
    const before = silences(client);
    const frozen = client.proxy.freeze();
    if (frozen.connections === 0) return undefined;
    const deadline = performance.now() + 3 * scale.silenceMs;
    while (silences(client) === before && performance.now() < deadline) await sleep(LOOK_MS);
    const { lostBytes } = frozen.proof();
    return silences(client) > before && lostBytes > 0 ? { lostBytes } : undefined;
  },
  'server not reachable': async (client, { random, scale }) => {
    const before = client.problems.length;
    client.proxy.closed = true;
    const { connections } = client.proxy.cut();
    const down = scale.networkDownMs * (0.5 + random.next() / 2);
    await sleep(down);
    client.proxy.closed = false;
    return connections > 0 && client.problems.length > before ? { connections, down } : undefined;
  },
  'the network is down, perhaps in one direction': async (client, { random, scale }) => {
    const direction = random.pick(['up', 'down', 'both'] as const);
    const held = client.proxy.hold(direction);
    // Upwards something has to be said: it connects anew, and nobody hears of it.
    if (direction === 'up') client.proxy.cut();
    const down = random.below(scale.networkDownMs);
    await sleep(down);
    const { connections, heldBytes } = held.release();
    return heldBytes > 0 ? { direction, connections, heldBytes, down } : undefined;
  },
  'a slow reader': async (client, { random, scale }) => {
    const before = client.scanner.bytes;
    client.proxy.slow(SLOW_BYTES_PER_SECOND);
    const slow = scale.networkDownMs * (0.5 + random.next() / 2);
    await sleep(slow);
    client.proxy.slow(undefined);
    const received = client.scanner.bytes - before;
    return received > 0 ? { slow, received } : undefined;
  },
};

function silences(client: TrialClient): number {
  return client.problems.filter((code) => code === 'silent').length;
}
