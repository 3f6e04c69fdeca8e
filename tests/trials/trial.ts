import { randomBytes } from 'node:crypto';
import { makeRandom, type Random } from '@elira/testkit';
import { barrier } from './barrier.ts';
import { Probe } from './clients/probe.ts';
import { strikeUntilStruck } from './faults/strike-until-struck.ts';
import { TrialClient } from './clients/trial-client.ts';
import { WallClock } from './clients/wall-clock.ts';
import { createTrialDatabase, sqlFile, type TrialDatabase } from './database/trial-database.ts';
import type { FaultContext, Strike } from './faults/fault.ts';
import { Fleet } from './faults/fleet.ts';
import { planFaults, requiredOf, type FaultPlan } from './faults/plan-faults.ts';
import { ServerProcess } from './faults/server-process.ts';
import { createHistory, type HistoryFile, type HistoryLine } from './history.ts';
import type { TrialOptions } from './options.ts';
import { requiredMoves } from './required-moves.ts';
import { INTEGRATION_SCALE } from './scale.ts';
import { PEOPLE_VIEWERS, QUIET_VIEWER, SECRET_HEADER, TRIAL_VIEWERS, type TrialViewer } from './viewers.ts';
import { ALL_MOVES, QUIET_MOVES } from './writers/all-moves.ts';
import { Tally } from './writers/tally.ts';
import { Devices } from './writing/devices.ts';
import { startWriters, type Writers } from './writers/writers.ts';

/**
 * One run of the trial with one seed: writers, servers, clients and faults on a cluster of its own. In: the options. Out: a history
 * file. It decides nothing about right and wrong; that is the judge's.
 */
const WRITERS = 24;
const SERVERS = 2;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const PHASES = 8;
const LEAST_IN_A_PHASE = 250;
const AFTER_THE_LAST_FAULT = 200;
const AFTER_A_CRASH = 60;
/** In shorter runs not every move can be expected to occur. */
const ENOUGH_FOR_ALL_MOVES = 1_500;

export async function runTrial(
  options: TrialOptions,
  seed: number,
  historyPath: string,
  say: (line: string) => void,
): Promise<void> {
  const random = makeRandom(seed);
  const history = createHistory(historyPath);
  history.write({
    kind: 'run',
    seed,
    transactions: options.transactions,
    faults: options.faults,
    commit: options.commit,
    undisturbed: options.undisturbed,
    required: requiredHappenings(options),
    people: Object.fromEntries(viewersOf(options).flatMap(({ name, user }) => (user === undefined ? [] : [[name, user]]))),
  });
  const [clients, writers] = [viewersOf(options).length, options.undisturbed ? 1 : WRITERS];
  say(`starting PostgreSQL, ${SERVERS} servers, ${clients} clients and ${writers} writers`);
  const database = await createTrialDatabase(random.fork('database'));
  const stage = new Stage(options, random, history, database, say);
  const interrupted = (): void => {
    say('interrupted: stopping what was started');
    void stage
      .close()
      .then(() => database.remove())
      .finally(() => process.exit(130));
  };
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    await stage.open();
    await stage.play();
    await stage.finish();
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupted);
    await stage.close();
    await database.remove();
    history.close();
  }
}

function viewersOf({ undisturbed }: TrialOptions): readonly TrialViewer[] {
  return undisturbed ? [QUIET_VIEWER] : [...TRIAL_VIEWERS, ...PEOPLE_VIEWERS];
}

function planOf({ faults, strike }: TrialOptions): FaultPlan {
  return planFaults(faults, strike);
}

function requiredHappenings(options: TrialOptions): string[] {
  const isLong = options.transactions >= ENOUGH_FOR_ALL_MOVES;
  return [...(isLong ? requiredMoves() : []), ...requiredOf(planOf(options), isLong)];
}

class Stage {
  readonly #options: TrialOptions;
  readonly #random: Random;
  readonly #history: HistoryFile;
  readonly #database: TrialDatabase;
  readonly #say: (line: string) => void;
  readonly #tally = new Tally();
  readonly #writers: Writers;
  readonly #servers: ServerProcess[];
  readonly #clients: TrialClient[] = [];
  readonly #probes: Probe[] = [];
  readonly #secret: string;
  #devices: Devices | undefined;
  #writersHeld: Promise<void> = Promise.resolve();
  #barriers = 0;
  #asked = 0;
  /** Some client did not pass a barrier: what follows would only take its time. */
  #stalled = false;

  constructor(
    options: TrialOptions,
    random: Random,
    history: HistoryFile,
    database: TrialDatabase,
    say: (line: string) => void,
  ) {
    [this.#options, this.#random, this.#history, this.#database, this.#say] = [options, random, history, database, say];
    const secret = randomBytes(24).toString('hex');
    const { connection } = database;
    this.#servers = ['a', 'b']
      .slice(0, SERVERS)
      .map((name) => new ServerProcess({ name, secret, connection: database.connectionOf(name), history }));
    this.#writers = startWriters({
      connection,
      count: options.undisturbed ? 1 : WRITERS,
      random: random.fork('writers'),
      moves: options.undisturbed ? ALL_MOVES.filter(({ name }) => QUIET_MOVES.includes(name)) : ALL_MOVES,
      quiet: options.undisturbed,
      tally: this.#tally,
      pauseMs: options.pauseMs,
      mayConnect: () => this.#writersHeld,
    });
    this.#secret = secret;
  }

  async open(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.start()));
    for (const [index, viewer] of viewersOf(this.#options).entries()) {
      this.#clients.push(
        await TrialClient.create(viewer, {
          target: this.#servers[index % SERVERS]?.port ?? 0,
          secret: this.#secret,
          random: this.#random.fork(`client ${viewer.name}`),
          history: this.#history,
          database: this.#database,
          inPieces: index % 3 === 0,
          wall: new WallClock(),
        }),
      );
    }
    for (const client of this.#clients) client.start();
    this.#devices = await Devices.of(this.#clients, {
      database: this.#database,
      history: this.#history,
      random: this.#random.fork('devices'),
      servers: this.#servers,
      mayWrite: () => this.#writersHeld,
    });
    await this.#barrier('before the first write');
  }

  async play(): Promise<void> {
    const { transactions } = this.#options;
    const { strikes, storms } = planOf(this.#options);
    const fleet = new Fleet(this.#servers, this.#clients);
    const least = Math.min(PHASES, Math.ceil(transactions / LEAST_IN_A_PHASE));
    const alone = this.#options.strike !== undefined;
    const phases = strikes.length > 0 ? Math.max(alone ? 0 : PHASES, strikes.length + 1) : least;
    for (let phase = 0; phase < phases; phase += 1) {
      const strike = strikes[phase - 1];
      const blowing = (strike?.place === 'in calm' ? [] : storms).map(({ storm, names }, index) =>
        storm.start(this.#context(fleet, `storm ${index} ${phase}`), names),
      );
      try {
        await this.#phase(fleet, Math.ceil(transactions / phases), strike);
      } finally {
        for (const storm of blowing.toReversed()) await storm.stop();
        for (const probe of this.#probes.splice(0)) probe.sync.stop();
      }
      if (await this.#barrier(`phase ${phase + 1} of ${phases}${strike === undefined ? '' : `, ${strike.name}`}`)) continue;
      return;
    }
  }

  /** Everything has healed: first the state as it is, then 200 more writes, then again. */
  async finish(): Promise<void> {
    if (!this.#stalled) await this.#barrier('after the last fault');
    if (!this.#stalled) {
      const more = Math.min(AFTER_THE_LAST_FAULT, this.#options.transactions);
      await this.#write(more);
      await this.#devices?.finish();
      await this.#barrier(`${more} writes later`);
    }
    await this.#devices?.writeDown();
    const rows = await this.#database.query<Omit<HistoryLine, 'ord'> & { ord: string }>(sqlFile('oracle-history.sql'));
    for (const row of rows) this.#history.write({ kind: 'history', ...row, ord: Number(row.ord) });
    this.#history.write({
      kind: 'end',
      happened: Object.fromEntries(this.#tally.happened),
      aborted: Object.fromEntries(this.#tally.aborted),
      transactions: this.#asked,
      committed: this.#tally.committed,
      bytesScanned: this.#clients.reduce((sum, { scanner }) => sum + scanner.bytes, 0),
      logBytesScanned: this.#servers.reduce((sum, { logScanner }) => sum + logScanner.bytes, 0),
    });
  }

  async close(): Promise<void> {
    await this.#devices?.close();
    await Promise.all(this.#clients.map((client) => client.close()));
    for (const server of this.#servers) server.resume();
    await Promise.all([this.#writers.close(), ...this.#servers.map((server) => server.stop())]);
  }

  #context(fleet: Fleet, part: string): FaultContext {
    if (this.#devices === undefined) throw new Error('nothing can strike before the stage is open');
    return {
      fleet,
      database: this.#database,
      devices: this.#devices,
      history: this.#history,
      random: this.#random.fork(part),
      scale: INTEGRATION_SCALE,
      secretHeaders: { [SECRET_HEADER]: this.#secret },
      holdWriters: (until) => void (this.#writersHeld = until),
      probe: (probeOptions) => {
        const probe = new Probe({ ...probeOptions, secret: this.#secret, silenceMs: INTEGRATION_SCALE.silenceMs });
        this.#probes.push(probe);
        return probe;
      },
      say: (line) => this.#say(`    ${line}`),
    };
  }

  async #phase(fleet: Fleet, transactions: number, strike: Strike | undefined): Promise<void> {
    if (strike === undefined) return this.#write(transactions);
    const context = this.#context(fleet, strike.name);
    if (strike.place === 'at rest') {
      await this.#write(transactions);
      await this.#devices?.rest();
      this.#say(`  ${strike.name}`);
      await strikeUntilStruck(strike, context);
      return this.#write(AFTER_A_CRASH);
    }
    await this.#write(Math.floor(transactions / 3));
    this.#say(`  ${strike.name}`);
    const rest = transactions - Math.floor(transactions / 3);
    const results = await Promise.allSettled([this.#write(rest), strikeUntilStruck(strike, context)]);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  async #write(transactions: number): Promise<void> {
    this.#asked += transactions;
    this.#devices?.go();
    await this.#writers.run(transactions);
  }

  async #barrier(name: string): Promise<boolean> {
    await this.#devices?.rest();
    this.#barriers += 1;
    const number = this.#barriers;
    const { passed, milliseconds } = await barrier({
      number,
      name,
      database: this.#database,
      clients: this.#clients,
      history: this.#history,
    });
    this.#say(
      `  barrier ${number} (${name}): ${passed ? `passed by all within ${milliseconds} ms` : 'NOT passed by all'}; ${this.#tally.committed} committed`,
    );
    if (!passed)
      for (const server of this.#servers)
        this.#say(`  last lines of server ${server.name}:\n    ${server.log.slice(-8).join('\n    ')}`);
    this.#stalled ||= !passed;
    return passed;
  }
}
