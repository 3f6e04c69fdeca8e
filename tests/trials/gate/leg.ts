import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@elira/testkit';
import { Probe } from '../clients/probe.ts';
import { sqlFile } from '../database/trial-database.ts';
import type { FaultContext, Strike } from '../faults/fault.ts';
import type { Entry, HistoryFile, HistoryLine } from '../history.ts';
import { GATE_SCALE } from '../scale.ts';
import { SECRET_HEADER } from '../viewers.ts';
import { HealWatch } from './heal-watch.ts';
import { Lanes } from './lanes.ts';
import { LegCast, peopleOf } from './leg-cast.ts';
import { legBarrier } from './leg-barrier.ts';
import { Markers } from './markers.ts';
import type { Injection } from './plan-legs.ts';
import { createSegment, trueTime, type SegmentFile } from './segment.ts';

/**
 * One leg of a run of the gate: writers, servers, clients and faults on the cluster that the leg before has left. In: what is to be done.
 * Out: segments of a history that stand for themselves. To begin a leg again nothing of it is needed but the cluster as it was.
 */
export type LegOptions = {
  readonly number: number;
  readonly seed: number;
  readonly commit: string;
  readonly clients: number;
  readonly transactions: number;
  readonly pauseMs: number;
  readonly injections: readonly Injection[];
  /** Where its clusters are. */
  readonly folder: string;
  /** Of this leg. */
  readonly segments: string;
};

/** Faults that strike at once, beside one that concerns everybody. */
const LANES = 4;
/** What is written while a fault lasts longer than what was to be written, again and again. */
const TRICKLE = { transactions: 24, pauseMs: 1_000 };
const AFTER_THE_LAST_FAULT = 200;
const AFTER_A_STRIKE_AT_REST = 60;
/** Longest time in which a fault finds something to strike, in milliseconds. */
const BLOW_PATIENCE_MS = 60_000;
const LOOK_MS = 50;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** Milliseconds until everything that people wrote must have been decided: more waits than in the integration tier. */
const SETTLED_MS = 300_000;

/** What a leg leaves behind: how many transactions were begun, and the folder of the cluster that serves now. */
export type LegLeft = { readonly asked: number; readonly home: string };

export async function runLeg(options: LegOptions, random: Random, say: (line: string) => void): Promise<LegLeft> {
  const history = createSegment(join(options.segments, 'main.gz'));
  const { number, seed, transactions, commit, clients, injections } = options;
  history.write({
    kind: 'run',
    seed,
    transactions,
    faults: [...new Set(injections.map(({ name }) => name))],
    commit,
    undisturbed: false,
    required: [],
    people: peopleOf(clients),
  });
  say(`leg ${number}: ${injections.length} injections, at least ${transactions} transactions`);
  const cast = await LegCast.call({ ...options, random, history });
  const leg = new Leg(options, random, history, cast, say);
  const interrupted = (): void => {
    say('interrupted: stopping what was started; this leg is begun again with --resume');
    void leg.close().finally(() => process.exit(130));
  };
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    await leg.play();
    await leg.finish();
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupted);
    await leg.close();
  }
  history.write(leg.end());
  await history.finish();
  return { asked: leg.asked, home: cast.database.cluster.home };
}

class Leg {
  asked = 0;
  readonly #options: LegOptions;
  readonly #random: Random;
  readonly #history: HistoryFile;
  readonly #cast: LegCast;
  readonly #say: (line: string) => void;
  readonly #healing: HealWatch;
  readonly #markers: Markers;
  readonly #probes: Probe[] = [];
  /** Some client did not pass a barrier: what follows would only take its time. */
  #stalled = false;

  constructor(options: LegOptions, random: Random, segment: SegmentFile, cast: LegCast, say: (line: string) => void) {
    [this.#options, this.#random, this.#cast, this.#say] = [options, random, cast, say];
    this.#healing = new HealWatch(cast.clients, segment);
    this.#history = { ...segment, write: (entry) => this.#note(entry, segment) };
    this.#markers = new Markers(cast.database, (number, began) => this.#marked(number, began));
  }

  async play(): Promise<void> {
    const { injections, transactions, number } = this.#options;
    if (!(await this.#barrier('before the first write'))) return;
    const strikes = injections.flatMap((one) => (one.kind === 'strike' ? [one.strike] : []));
    const blows = injections.filter(({ kind }) => kind !== 'strike');
    const lanes = new Lanes(blows, LANES, (blow) => this.#blow(blow));
    const share = Math.ceil(transactions / (strikes.length + 1));
    for (const strike of strikes) {
      if (strike.place === 'in calm') await lanes.pause();
      await this.#phase(share, strike);
      lanes.resume();
    }
    await this.#write(share);
    await this.#writeUntil(lanes.done);
    await this.#barrier(`the faults of leg ${number}`);
  }

  /** Everything has healed, and the state has been compared: some more writes, and again. */
  async finish(): Promise<void> {
    const { database, devices } = this.#cast;
    if (!this.#stalled) {
      await this.#write(AFTER_THE_LAST_FAULT);
      await devices.finish(SETTLED_MS);
      await this.#barrier(`${AFTER_THE_LAST_FAULT} writes later`);
    }
    await this.#markers.close();
    await devices.writeDown();
    const rows = await database.query<Omit<HistoryLine, 'ord'> & { ord: string }>(sqlFile('oracle-history.sql'));
    for (const row of rows) this.#history.write({ kind: 'history', ...row, ord: Number(row.ord) });
  }

  async close(): Promise<void> {
    this.#healing.close();
    for (const probe of this.#probes) probe.sync.stop();
    await this.#markers.close();
    await this.#cast.close();
  }

  end(): Entry {
    const { tally, servers, bytesScanned } = this.#cast;
    return {
      kind: 'end',
      happened: Object.fromEntries(tally.happened),
      aborted: Object.fromEntries(tally.aborted),
      transactions: this.asked,
      committed: tally.committed,
      bytesScanned,
      logBytesScanned: servers.reduce((sum, { logScanner }) => sum + logScanner.bytes, 0),
    };
  }

  /** A fault tells whom it had struck when it is over: from then on it is measured how long that client takes. */
  #note(entry: Entry, segment: SegmentFile): void {
    segment.write(entry);
    if (entry.kind !== 'fault') return;
    const { client } = entry.proof as { client?: unknown };
    if (typeof client === 'string') this.#healing.ended(entry.name, new Set([client]));
  }

  #marked(number: number, began: number): void {
    this.#healing.marked(number, began);
    for (const crowd of this.#cast.crowds) void crowd.tell<'marked'>({ kind: 'marked', number, began }).catch(() => undefined);
  }

  #context(part: string): FaultContext {
    const { fleet, database, devices, secret } = this.#cast;
    return {
      fleet,
      database,
      devices,
      history: this.#history,
      random: this.#random.fork(part),
      scale: GATE_SCALE,
      secretHeaders: { [SECRET_HEADER]: secret },
      probe: (probeOptions) => {
        const probe = new Probe({ ...probeOptions, secret, silenceMs: GATE_SCALE.silenceMs });
        this.#probes.push(probe);
        return probe;
      },
      holdWriters: (until) => {
        this.#cast.writersHeld = until;
        void this.#markers.hold().then(async (release) => {
          await until.catch(() => undefined);
          release();
        });
      },
      say: (line) => this.#say(`    ${line}`),
    };
  }

  async #phase(transactions: number, strike: Strike): Promise<void> {
    const context = this.#context(`${strike.name} ${this.asked}`);
    this.#say(`  ${strike.name}`);
    if (strike.place === 'at rest') {
      await this.#write(transactions);
      await this.#cast.devices.rest();
      const release = await this.#markers.hold();
      await strike.strike(context).finally(release);
      await this.#everybodyHeals(strike.name);
      return this.#write(AFTER_A_STRIKE_AT_REST);
    }
    const struck = strike.strike(context).then(() => this.#everybodyHeals(strike.name));
    const results = await Promise.allSettled([this.#write(transactions).then(() => this.#writeUntil(struck)), struck]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  async #everybodyHeals(fault: string): Promise<void> {
    this.#healing.ended(fault);
    await Promise.all(this.#cast.crowds.map((crowd) => crowd.tell<'ended'>({ kind: 'ended', fault })));
  }

  /** One injection that is no strike: the fault strikes once, or does not find whom to strike, which then is not counted. */
  async #blow(injection: Injection): Promise<void> {
    if (injection.kind === 'crowd') {
      const crowd = this.#random.pick(this.#cast.crowds);
      const part = `${injection.name} ${this.asked}`;
      await crowd.tell<'strike'>({ kind: 'strike', fault: injection.name, times: 1, patienceMs: BLOW_PATIENCE_MS, part });
    } else if (injection.kind === 'blow') {
      const context = this.#context(`${injection.name} ${this.asked}`);
      let hasStruck = false;
      const write = (entry: Entry): void => {
        hasStruck ||= entry.kind === 'fault' && entry.name === injection.name;
        this.#history.write(entry);
      };
      const storm = injection.storm.start({ ...context, history: { ...this.#history, write } }, [injection.name]);
      const deadline = performance.now() + BLOW_PATIENCE_MS;
      while (!hasStruck && performance.now() < deadline) await sleep(LOOK_MS);
      await storm.stop();
    }
  }

  async #write(transactions: number): Promise<void> {
    this.asked += transactions;
    this.#cast.devices.go();
    await this.#cast.writers.run(transactions);
  }

  async #writeUntil(done: Promise<void>): Promise<void> {
    let isDone = false;
    const over = done.finally(() => void (isDone = true));
    while (!isDone) {
      await this.#write(TRICKLE.transactions);
      await Promise.race([sleep(TRICKLE.pauseMs), over]);
    }
    await over;
  }

  async #barrier(name: string): Promise<boolean> {
    const { devices, database, clients, crowds, servers, tally } = this.#cast;
    await devices.rest();
    const release = await this.#markers.hold();
    const number = ++this.#markers.number;
    const began = trueTime();
    const { passed, milliseconds } = await legBarrier({
      number,
      name,
      database,
      clients,
      crowds,
      history: this.#history,
      onMarked: () => this.#marked(number, began),
    });
    release();
    const said = passed ? `passed by all within ${milliseconds} ms` : 'NOT passed by all';
    this.#say(`  barrier ${number} (${name}): ${said}; ${tally.committed} committed`);
    if (!passed)
      for (const { name: server, log } of servers)
        this.#say(`  last lines of server ${server}:\n    ${log.slice(-8).join('\n    ')}`);
    this.#stalled ||= !passed;
    return passed;
  }
}
