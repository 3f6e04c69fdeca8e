import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TcpProxy, type Random, type SentAnswer, type SentMutation } from '@elira/testkit';
import type { TrialClient } from '../clients/trial-client.ts';
import type { HistoryFile } from '../history.ts';
import { outboxPen } from './outbox-pen.ts';
import type { Pen } from './pen.ts';
import { wirePen } from './wire-pen.ts';

const SLATES = 2;
/** Milliseconds between two mutations that a device makes, at most; and how many it makes at a stroke at times. */
const PAUSE_MS = 2_400;
const AT_A_STROKE = 6;
/** Share of deeds that are to be refused. */
const REFUSED = 0.2;
const LOOK_MS = 20;

/**
 * What writes on a person's device: makes mutations, sends them over a network of its own, and writes down what it was told and what
 * it shows.
 */
export class Device {
  readonly client: TrialClient;
  /** Between this device and the servers: to write, not to read. */
  readonly proxy: TcpProxy;
  readonly #pen: Pen;
  readonly #slates: readonly string[];
  readonly #seen = new Map<string, number>();
  readonly #written = new Map<string, number>();
  readonly #random: Random;
  readonly #history: HistoryFile;
  readonly #look: ReturnType<typeof setInterval>;
  #stop: () => void = () => undefined;
  #life: Promise<void> | undefined;

  private constructor(client: TrialClient, proxy: TcpProxy, options: DeviceOptions) {
    const { random, history, index, ports, mayWrite } = options;
    [this.client, this.proxy, this.#random, this.#history] = [client, proxy, random, history];
    const key = (at: number): string => (index * SLATES + at).toString(16).padStart(12, '0');
    this.#slates = Array.from({ length: SLATES }, (_, at) => `00000011-0000-4000-8000-${key(at)}`);
    const events = {
      before: async () => {
        await mayWrite();
        // Any server: often not the one that this device reads from, and not the one that took what it wrote before.
        proxy.target = random.pick(ports());
      },
      sent: (mutation: SentMutation, times: number) => this.#sent(mutation, times),
      answered: (answer: SentAnswer) => this.#answered(answer),
      moved: () => this.#lookAtSlates(),
    };
    this.#pen = client.writes ? outboxPen(client, proxy, events) : wirePen(client, proxy, random.fork('sender'), events);
    this.#look = setInterval(() => this.#lookAtSlates(), LOOK_MS);
  }

  static async create(client: TrialClient, options: DeviceOptions): Promise<Device> {
    return new Device(client, await TcpProxy.listen({ target: client.proxy.target }), options);
  }

  get name(): string {
    return this.client.viewer.name;
  }

  /** Something was made that is not known to be decided, or is not known to be: its person has not signed in again. */
  get underWay(): boolean {
    return this.client.signedOut || this.#pen.waiting().length > 0;
  }

  /** Makes mutations until `rest`. */
  go(): void {
    this.#pen.resume();
    this.#life ??= this.#live();
  }

  /** Makes and sends nothing any more. Resolves when no request is under way. */
  async rest(): Promise<void> {
    this.#stop();
    const life = this.#life;
    this.#life = undefined;
    await life;
    await this.#pen.rest();
  }

  /** Sends what waits, and tells of what is not decided within `patienceMs`. */
  async settle(patienceMs: number): Promise<void> {
    this.#pen.resume();
    const deadline = Date.now() + patienceMs;
    while (this.underWay && Date.now() < deadline) await sleep(LOOK_MS);
    for (const id of this.#pen.waiting()) this.#history.write({ kind: 'unsettled', client: this.name, id });
  }

  async close(): Promise<void> {
    clearInterval(this.#look);
    this.#stop();
    await this.#life;
    await this.#pen.close();
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
    const kind = this.#random.pick(['slate', 'slate', 'do', 'count', 'count', 'lesson', 'read']);
    if (kind === 'slate') {
      const slate = this.#random.pick(this.#slates);
      const seq = (this.#written.get(slate) ?? 0) + 1;
      if (this.#write('slate.write', { slate, seq })) this.#written.set(slate, seq);
      this.#lookAtSlates();
    } else if (kind === 'do' || kind === 'count') {
      const amount = (this.#random.chance(REFUSED) ? -1 : 1) * (1 + this.#random.below(9));
      this.#write(`deed.${kind}`, { deed: randomUUID(), amount });
    } else this.#makeElirasOwn(kind);
  }

  /** What learners do in Elira, on rows that this device shows. */
  #makeElirasOwn(kind: string): void {
    const isLesson = kind === 'lesson';
    const keys = [...this.client.sync.store.rows(isLesson ? 'published_lessons' : 'notifications').keys()];
    if (keys.length === 0) return;
    const key = this.#random.pick(keys);
    if (isLesson) this.#write('lesson.complete', { lessonId: key, completed: this.#random.chance(0.8) });
    else this.#write('notification.read', { ids: [key] });
  }

  #write(name: string, args: object): boolean {
    const id = this.#pen.write(name, args);
    if (id !== undefined) this.#history.write({ kind: 'made', client: this.name, id, name });
    return id !== undefined;
  }

  #sent({ id, name, args }: SentMutation, times: number): void {
    const what = { id, name, args: args as Readonly<Record<string, unknown>>, times };
    this.#history.write({ kind: 'sent', client: this.name, user: this.client.viewer.user ?? '', ...what });
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
    // Whatever is to be seen from now on is written down, also where it is what was to be seen before.
    this.#seen.clear();
  }

  #lookAtSlates(): void {
    for (const slate of this.#slates) {
      const seq = this.#pen.shown(slate);
      if (seq === undefined || this.#seen.get(slate) === seq) continue;
      this.#seen.set(slate, seq);
      this.#history.write({ kind: 'shows', client: this.name, slate, seq });
    }
  }
}

export type DeviceOptions = {
  readonly index: number;
  readonly random: Random;
  readonly history: HistoryFile;
  /** Ports of the servers. */
  readonly ports: () => readonly number[];
  /** Awaited before each request. */
  readonly mayWrite: () => Promise<void>;
};
