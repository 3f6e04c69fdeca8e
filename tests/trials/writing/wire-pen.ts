import { makeUuidV7 } from '@elira/protocol';
import { MutationSender, type Random, type TcpProxy } from '@elira/testkit';
import type { TrialClient } from '../clients/trial-client.ts';
import type { Pen, PenEvents } from './pen.ts';
import { ShownSlates } from './shown-slates.ts';

/** Share of requests that are sent twice at the same moment. */
const DOUBLED = 0.25;
/** Mutations in one request, and milliseconds until it is given up: less than a server takes that is held still. */
const PER_REQUEST = 20;
const PATIENCE_MS = { short: 4_000, full: 30_000 };

/** Writes with the testkit's sender, which sends some requests twice; lays what it wrote over the rows of a client that only reads. */
export function wirePen(client: TrialClient, proxy: TcpProxy, random: Random, events: PenEvents): Pen {
  const shown = new ShownSlates();
  const sender = new MutationSender({
    url: () => `http://127.0.0.1:${proxy.port}/mutations`,
    headers: async () => {
      await events.before();
      return await client.credentials();
    },
    random,
    doubled: DOUBLED,
    perRequest: PER_REQUEST,
    lane: ({ args }) => (isWriting(args) ? args.slate : undefined),
    patienceMs: PATIENCE_MS[client.patience],
    onSend: events.sent,
    onAnswer: (answer) => {
      if (answer.status !== 'unknown') shown.answered(answer.id, answer.status === 'applied', client.now());
      events.answered(answer);
    },
  });
  client.onMoved = () => {
    shown.settle(client.sync.store.rows('mutations'), client.sync.store.freshAt);
    events.moved();
  };
  return {
    write: (name, args) => {
      const id = makeUuidV7();
      if ('slate' in args && 'seq' in args) shown.write(String(args.slate), id, Number(args.seq));
      sender.push({ id, name, args });
      return id;
    },
    waiting: () => sender.waiting.map(({ id }) => id),
    shown: (slate) => shown.of(slate, client.sync.store.rows('trial_slates')),
    rest: () => sender.rest(),
    resume: () => sender.resume(),
    close: () => sender.close(),
  };
}

/** What is written on one slate depends on what was written there before. */
function isWriting(args: unknown): args is { readonly slate: string } {
  return typeof args === 'object' && args !== null && 'slate' in args && typeof args.slate === 'string';
}
