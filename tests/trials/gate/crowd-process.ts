import { Crowd } from './crowd.ts';
import type { CrowdOrder, CrowdReply } from './crowd-orders.ts';

/** A process of its own for a part of the gate's clients: what they receive is more than one core can read. */
let crowd: Crowd | undefined;

process.on('message', ({ id, order }: { id: number; order: CrowdOrder }) => {
  const reply = (answer: CrowdReply): void => void process.send?.(answer);
  obey(order).then(
    (answer) => reply({ id, answer }),
    (error: unknown) => reply({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
// Without whoever gives the orders nobody needs it.
process.once('disconnect', () => process.exit(0));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

async function obey(order: CrowdOrder): Promise<object> {
  if (order.kind === 'open') {
    crowd = await Crowd.open(order);
    return { clients: order.viewers.length };
  }
  if (crowd === undefined) throw new Error('there is no crowd yet');
  return await crowd.obey(order);
}
