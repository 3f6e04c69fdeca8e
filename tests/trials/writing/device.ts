import { setTimeout as sleep } from 'node:timers/promises';
import { makeUuidV7 } from '@elira/protocol';
import { MutationSender, TcpProxy, type Random, type SentAnswer } from '@elira/testkit';
import type { TrialClient } from '../clients/trial-client.ts';
import type { HistoryFile } from '../history.ts';
import { SECRET_HEADER, SESSION_HEADER } from '../viewers.ts';
import { ShownSlates } from './shown-slates.ts';

const SLATES = 2;
/** Milliseconds between two mutations that a device makes, at most; and how many it makes at a stroke at times. */
const PAUSE_MS = 2_400;
const AT_A_STROKE = 6;
/** Mutations in one request, and milliseconds until it is given up: less than a server takes that is held still. */
const PER_REQUEST = 20;
const PATIENCE_MS = 4_000;
/** Share of requests that are sent twice at the same moment, and of deeds that are to be refused. */
const DOUBLED = 0.15;
const REFUSED = 0.2;

/**
 * What writes on a person's device: makes mutations, sends them until each is decided, over a network of its own, and writes down what it was
 * told and what it shows.
 */
export class Device {
  readonly client: TrialClient;
  /** Between this device and its server: to write, not to read. */
  readonly proxy: TcpProxy;
  readonly #sender: MutationSender;
  readonly #slates: readonly string[];
  readonly #shown = new ShownSlates();
  readonly #seen = new Map<string, number>();
  readonly #written = new Map<string, number>();
  readonly #random: Random;
  readonly #history: HistoryFile;
  #stop: () => void = () => undefined;
  #life: Promise<void> | undefined;

  private constructor(client: TrialClient, proxy: TcpProxy, options: DeviceOptions) {
    const { random, history, index, secret, ports, mayWrite } = options;
    [this.client, this.proxy, this.#random, this.#history] = [client, proxy, random, history];
    this.#slates = Array.from(
      { length: SLATES },
      (_, at) => `00000011-0000-4000-8000-${(index * SLATES + at).toString(16).padStart(12, '0')}`,
    );
    this.#sender = new MutationSender({
      url: () => {
        // Any server: mostly not the one that this device reads from, or not the one that took what it wrote before.
        proxy.target = random.pick(ports());
        return `http://127.0.0.1:${proxy.port}/mutations`;
      },
      headers: async () => {
        await mayWrite();
        return { [SECRET_HEADER]: secret, [SESSION_HEADER]: await client.session() };
      },
      random: random.fork('sender'),
      doubled: DOUBLED,
      perRequest: PER_REQUEST,
      patienceMs: PATIENCE_MS,
      onSend: ({ id, name, args }, times) =>
        history.write({
          kind: 'sent',
          client: this.name,
          user: client.viewer.user ?? '',
          id,
          name,
          args: args as object as Record<string, unknown>,
          times,
        }),
      onAnswer: (answer) => this.#answered(answer),
    });
    client.onMoved = () => this.#look();
  }

  static async create(client: TrialClient, options: DeviceOptions): Promise<Device> {
    return new Device(client, await TcpProxy.listen({ target: client.proxy.target }), options);
  }

  get name(): string {
    return this.client.viewer.name;
  }

  /** Something was sent that has not been answered. */
  get underWay(): boolean {
    return this.#sender.waiting.length > 0;
  }

  /** Makes mutations until `rest`. */
  go(): void {
    this.#sender.resume();
    this.#life ??= this.#live();
  }

  /** Makes and sends nothing any more. Resolves when no request is under way. */
  async rest(): Promise<void> {
    this.#stop();
    const life = this.#life;
    this.#life = undefined;
    await life;
    await this.#sender.rest();
  }

  /** Sends what waits, and tells of what is not decided within `patienceMs`. */
  async settle(patienceMs: number): Promise<void> {
    this.#sender.resume();
    await this.#sender.settled(patienceMs);
    for (const { id } of this.#sender.waiting) this.#history.write({ kind: 'unsettled', client: this.name, id });
  }

  async close(): Promise<void> {
    await this.rest();
    await this.#sender.close();
    await this.proxy.close();
  }

  async #live(): Promise<void> {
    let writing = true;
    this.#stop = () => void (writing = false);
    while (writing) {
      const strokes = this.#random.chance(0.1) ? AT_A_STROKE : 1;
      for (let stroke = 0; stroke < strokes; stroke += 1) this.#make();
      await sleep(this.#random.below(PAUSE_MS));
    }
  }

  #make(): void {
    const id = makeUuidV7();
    const kind = this.#random.pick(['slate', 'slate', 'do', 'count', 'count', 'lesson', 'read']);
    if (kind === 'slate') {
      const slate = this.#random.pick(this.#slates);
      const seq = (this.#written.get(slate) ?? 0) + 1;
      this.#written.set(slate, seq);
      this.#shown.write(slate, id, seq);
      this.#sender.push({ id, name: 'slate.write', args: { slate, seq } });
      this.#look();
    } else if (kind === 'do' || kind === 'count') {
      const amount = (this.#random.chance(REFUSED) ? -1 : 1) * (1 + this.#random.below(9));
      this.#sender.push({ id, name: `deed.${kind}`, args: { amount } });
    } else this.#makeElirasOwn(id, kind);
  }

  /** What learners do in Elira, on rows that this device shows. */
  #makeElirasOwn(id: string, kind: string): void {
    const { store } = this.client.sync;
    const [table, name] =
      kind === 'lesson'
        ? (['published_lessons', 'lesson.complete'] as const)
        : (['notifications', 'notification.read'] as const);
    const keys = [...store.rows(table).keys()];
    if (keys.length === 0) return;
    const key = this.#random.pick(keys);
    const args = kind === 'lesson' ? { lessonId: key, completed: this.#random.chance(0.8) } : { ids: [key] };
    this.#sender.push({ id, name, args });
  }

  #answered({ id, status, result, problem }: SentAnswer): void {
    this.#history.write({
      kind: 'answered',
      client: this.name,
      id,
      status,
      ...(result === undefined ? {} : { result }),
      ...(problem === undefined ? {} : { problem: problem.code }),
    });
    if (status !== 'unknown') this.#shown.answered(id, status === 'applied', this.client.now());
    this.#seen.clear();
    this.#look();
  }

  /** Writes down what is to be seen of the slates, where that is something else than before. */
  #look(): void {
    const { store } = this.client.sync;
    this.#shown.settle(store.rows('mutations'), store.freshAt);
    for (const slate of this.#slates) {
      const seq = this.#shown.of(slate, store.rows('trial_slates'));
      if (seq === undefined || this.#seen.get(slate) === seq) continue;
      this.#seen.set(slate, seq);
      this.#history.write({ kind: 'shows', client: this.name, slate, seq });
    }
  }
}

export type DeviceOptions = {
  readonly index: number;
  /** Ports of the servers. */
  readonly ports: () => readonly number[];
  /** Awaited before each request. */
  readonly mayWrite: () => Promise<void>;
  readonly secret: string;
  readonly random: Random;
  readonly history: HistoryFile;
};
