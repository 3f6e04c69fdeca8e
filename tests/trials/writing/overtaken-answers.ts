import { setTimeout as sleep } from 'node:timers/promises';
import { struck, type FaultContext, type Storm } from '../faults/fault.ts';

const OVERTAKEN = 'an answer is overtaken by the stream';
const PAUSE_MS = { least: 100, most: 600 };
const LATE_MS = { least: 300, most: 1_500 };

/** What a server answers comes late, and the rows that tell of the same write come before it. */
export const OVERTAKING_STORM: Storm = {
  names: [OVERTAKEN],
  start: (context) => {
    const { random, devices } = context;
    let running = true;
    const loop = (async () => {
      while (running && devices.all.length > 0) {
        await delay(context);
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

async function delay(context: FaultContext): Promise<void> {
  const { random, devices } = context;
  const device = random.pick(devices.all);
  const ledger = (): number => device.client.sync.store.rows('mutations').size;
  const before = ledger();
  const held = device.proxy.hold('down');
  await sleep(LATE_MS.least + random.below(LATE_MS.most - LATE_MS.least));
  const rows = ledger() - before;
  const { heldBytes } = held.release();
  if (heldBytes > 0 && rows > 0) struck(context, OVERTAKEN, { client: device.name, heldBytes, rows });
}
