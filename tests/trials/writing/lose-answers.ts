import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@elira/testkit';
import type { HistoryFile } from '../history.ts';
import type { Device } from './device.ts';

/** Faults on the way of what is written, each with what proves that it struck. */
export const LOSSES = ['the answer to a write is lost', 'a write is cut, and nobody knows how far it had come'] as const;

const PAUSE_MS = { least: 60, most: 350 };
const ANSWER_PATIENCE_MS = 1_500;

/** Strikes until `stop`; resolves when the last has healed. */
export function startLosses(options: {
  readonly devices: readonly Device[];
  readonly history: HistoryFile;
  readonly random: Random;
}): { stop: () => Promise<void> } {
  const { devices, history, random } = options;
  let running = true;
  const strike = async (): Promise<void> => {
    const device = random.pick(devices);
    // What a server answers has been committed: half of it comes, and the rest is lost.
    if (random.chance(0.7)) {
      const { lostBytes } = await device.proxy.cutMidFrame(ANSWER_PATIENCE_MS);
      if (lostBytes > 0) history.write({ kind: 'fault', name: LOSSES[0], proof: { client: device.name, lostBytes } });
      return;
    }
    const { underWay } = device;
    const { connections } = device.proxy.cut();
    if (underWay && connections > 0)
      history.write({ kind: 'fault', name: LOSSES[1], proof: { client: device.name, connections } });
  };
  const loop = (async () => {
    while (running && devices.length > 0) {
      await strike();
      await sleep(PAUSE_MS.least + random.below(PAUSE_MS.most - PAUSE_MS.least));
    }
  })();
  return {
    stop: async () => {
      running = false;
      await loop;
    },
  };
}
