import { setTimeout as sleep } from 'node:timers/promises';
import { struck, type FaultContext, type Storm } from '../faults/fault.ts';

const [LOST, CUT] = ['the answer to a write is lost', 'a write is cut, and nobody knows how far it had come'];
/** Faults on the way of what is written, each with what proves that it struck. */
export const LOSSES = [LOST, CUT] as const;

const PAUSE_MS = { least: 60, most: 350 };
const ANSWER_PATIENCE_MS = 1_500;
/** Share of answers lost, where both are to strike. What a server answers has been committed: half of it comes, and the rest is lost. */
const LOST_SHARE = 0.7;

export const LOSS_STORM: Storm = {
  names: LOSSES,
  start: (context, names) => {
    const { devices, random } = context;
    const share = names.includes(LOST) ? (names.includes(CUT) ? LOST_SHARE : 1) : 0;
    let running = true;
    const loop = (async () => {
      while (running && devices.all.length > 0) {
        await (random.chance(share) ? loseAnswer(context) : cutWrite(context));
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

async function loseAnswer(context: FaultContext): Promise<void> {
  const device = context.random.pick(context.devices.all);
  const { lostBytes } = await device.proxy.cutMidFrame(ANSWER_PATIENCE_MS);
  if (lostBytes > 0) struck(context, LOST, { client: device.name, lostBytes });
}

async function cutWrite(context: FaultContext): Promise<void> {
  const device = context.random.pick(context.devices.all);
  const { underWay } = device;
  const { connections } = device.proxy.cut();
  if (underWay && connections > 0) struck(context, CUT, { client: device.name, connections });
}
