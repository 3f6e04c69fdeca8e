import type { Random } from '@elira/testkit';
import { createSyncClient, type SyncClient } from '@elira/sync-client';
import { MemoryDevice } from '../../../../packages/sync-client/src/offline/memory-offline.ts';
import { makeActor, type Actor, type VirtualTime } from '../clock/virtual-time.ts';
import { pageStore } from './page-store.ts';
import { ClientWatch } from '../judge/client-watch.ts';
import type { Cursors } from '../judge/cursors.ts';
import type { Journal } from '../judge/findings.ts';
import type { WritesJudge } from '../judge/writes-judge.ts';
import type { Network } from '../network/network.ts';
import { virtualFetch } from '../network/stream-fetch.ts';
import { SIMULATION_MUTATORS } from '../world/simulation-mutators.ts';
import { GUEST, PERSON_HEADER } from '../world/people.ts';

/** Milliseconds without a byte after which a client gives a connection up; 15 s outside. */
export const SILENCE_MS = 2_500;
/** Milliseconds after which somebody who was refused signs in again. */
const SIGN_IN_MS = 400;

export type ClientOptions = {
  readonly name: string;
  readonly person: string;
  readonly time: VirtualTime;
  readonly network: Network;
  readonly random: Random;
  readonly journal: Journal;
  readonly cursors: Cursors;
  readonly writes: WritesJudge;
  readonly truths: Map<string, ReadonlyMap<string, string>>;
  /** Where the next connection goes. */
  readonly serverName: () => string;
};

/** A person at a device: the real client, as a page would hold it. A page may be loaded anew; the device keeps what it kept. */
export class SimulatedClient {
  readonly #options: ClientOptions;
  readonly #device = new MemoryDevice();
  actor: Actor;
  client: SyncClient;
  watch: ClientWatch;
  #die: () => void = () => undefined;
  #pages = 0;
  #seq = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.actor = makeActor(options.name);
    [this.client, this.watch] = this.#open();
  }

  get name(): string {
    return this.#options.name;
  }

  get person(): string {
    return this.#options.person;
  }

  start(): void {
    this.#as(() => this.client.start());
  }

  stop(): void {
    this.#as(() => this.client.stop());
  }

  wake(): void {
    this.#as(() => this.client.wake());
  }

  /** The page goes as pages do, without a word, and is opened again. */
  reload(): void {
    const { time, network } = this.#options;
    const { wallOffsetMs } = this.actor;
    time.kill(this.actor);
    network.forget(this.actor);
    this.#die();
    this.actor = makeActor(`${this.#options.name}.${(this.#pages += 1)}`);
    this.actor.wallOffsetMs = wallOffsetMs;
    [this.client, this.watch] = this.#open();
    this.start();
  }

  /** Writes on the person's slate, or counts on it, in a lane or in a flush. A guest is nobody in whose name something could be written. */
  write(kind: 'slate.write' | 'slate.count' | 'slate.refuse'): void {
    const { person, writes, journal, name } = this.#options;
    if (person === GUEST) return;
    this.#seq += 1;
    const seq = this.#seq;
    const args = { slate: `${person} ${name}`, seq };
    this.#as(() => {
      const { id, settled } = this.client.mutate(kind, args);
      journal.note(name, `${kind} ${id} ${seq}`);
      writes.made({ id, kind, slate: args.slate, seq, by: this });
      void settled.then(({ status }) => writes.settled(id, status));
    });
  }

  #open(): [SyncClient, ClientWatch] {
    const { time, network, random, journal, person, serverName, name } = this.#options;
    const { actor } = this;
    const before = time.current;
    time.current = actor;
    const { store, die } = pageStore(this.#device, person);
    this.#die = die;
    const client = createSyncClient({
      url: 'http://servers/stream',
      headers: { [PERSON_HEADER]: person },
      random: () => random.next(),
      silenceMs: SILENCE_MS,
      ...(person === GUEST ? {} : { user: { id: person }, mutators: SIMULATION_MUTATORS, offline: store }),
      fetch: virtualFetch(() => network.connect(actor, serverName(), 'clients')),
      onMessage: (message) => watch.onMessage(message),
      onProblem: ({ code, detail = '', cause }) => {
        journal.note(name, `problem ${code} ${detail}`);
        journal.count(`problem ${code}`);
        if (code === 'callback_failed' || code === 'malformed_stream' || code === 'effect_failed' || code === 'scope_missing')
          journal.fail('protocol', `${name}: ${code} ${detail} ${cause instanceof Error ? (cause.stack ?? '') : ''}`);
      },
    });
    const watch = new ClientWatch({ ...this.#options, client, takeWay: () => network.takeWay(actor) });
    client.subscribeStatus(() => this.#onStatus(client));
    time.current = before;
    return [client, watch];
  }

  /** Whoever is refused throws everything away, and signs in again as soon as that is possible. */
  #onStatus(client: SyncClient): void {
    const { time, journal, name, writes } = this.#options;
    journal.note(name, `is ${client.status}`);
    if (client.status !== 'stopped') return;
    time.schedule(this.actor, SIGN_IN_MS, () => {
      if (this.client !== client) return;
      writes.forgotten(this);
      void client.forget().then(() => this.reload());
    });
  }

  #as(run: () => void): void {
    const { time } = this.#options;
    time.schedule(this.actor, 0, run);
  }
}
