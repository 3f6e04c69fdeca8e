import type { SentAnswer, SentMutation, TcpProxy } from '@elira/testkit';
import type { TrialClient } from '../clients/trial-client.ts';
import type { Pen, PenEvents } from './pen.ts';

const LOOK_MS = 20;

/** Writes with our own client: its outbox keeps, sends and shows. Every request of it passes through here on its way. */
export function outboxPen(client: TrialClient, proxy: TcpProxy, events: PenEvents): Pen {
  let [underWay, open]: [number, () => void] = [0, () => undefined];
  let resting = Promise.resolve();
  client.onMoved = events.moved;
  client.post = async (init) => {
    await resting;
    await events.before();
    await resting;
    underWay += 1;
    try {
      for (const mutation of JSON.parse(init.body as string) as SentMutation[]) events.sent(mutation, 1);
      const response = await fetch(`http://127.0.0.1:${proxy.port}/mutations`, init);
      const text = await response.text();
      // What came whole is what the client is told; by when it knows is its own affair.
      if (response.status === 200) for (const answer of JSON.parse(text) as SentAnswer[]) events.answered(answer);
      return new Response(text, { status: response.status, headers: response.headers });
    } finally {
      underWay -= 1;
    }
  };
  return {
    write: (name, args) => {
      if (client.signedOut) return undefined;
      // As a person does who has read why.
      for (const { id, state } of client.sync.outbox.list()) if (state === 'refused') client.sync.outbox.dismiss(id);
      return client.atItsOwnTime(() => client.sync.mutate(name, args).id);
    },
    waiting: () =>
      client.sync.outbox
        .list()
        .filter(({ state }) => state === 'waiting' || state === 'sending')
        .map(({ id }) => id),
    shown: (slate) => {
      const seq = client.sync.table('trial_slates').get(slate)?.['seq'];
      return typeof seq === 'number' ? seq : undefined;
    },
    rest: async () => {
      resting = new Promise((resolve) => (open = resolve));
      while (underWay > 0) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    },
    resume: () => open(),
    close: () => Promise.resolve(),
  };
}
