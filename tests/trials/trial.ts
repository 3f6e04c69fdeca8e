import { randomBytes } from 'node:crypto';
import { makeRandom, type Random } from '@elira/testkit';
import { barrier } from './barrier.ts';
import { TrialClient } from './clients/trial-client.ts';
import { createTrialDatabase, sqlFile, type TrialDatabase } from './database/trial-database.ts';
import { DISCONNECTS, startDisconnects } from './faults/disconnect.ts';
import { Fleet } from './faults/fleet.ts';
import { KILLS, OVER_A_CRASH, type Kill } from './faults/kill.ts';
import { ServerProcess } from './faults/server-process.ts';
import { OLDER_EDGE } from './judge/judge.ts';
import { CANARY_WAYS } from './judge/judge-canaries.ts';
import { createHistory, type Entry, type HistoryFile } from './history.ts';
import type { TrialOptions } from './options.ts';
import { PEOPLE_VIEWERS, QUIET_VIEWER, TRIAL_VIEWERS, type TrialViewer } from './viewers.ts';
import { ALL_MOVES, QUIET_MOVES } from './writers/all-moves.ts';
import { Tally } from './writers/tally.ts';
import { INTERRUPTED, SHAPE_NAMES } from './writers/transaction.ts';
import { startLosses, LOSSES } from './writing/lose-answers.ts';
import { Devices } from './writing/devices.ts';
import { WRITE_WAYS } from './judge/judge-writes.ts';
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
    required: requiredOf(options),
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

function requiredOf({ transactions, faults }: TrialOptions): string[] {
  const moves = [
    ...ALL_MOVES.map(({ name }) => name),
    ...SHAPE_NAMES,
    'insert and delete in one window',
    'delete and insert again with another owner',
    INTERRUPTED,
    ...Object.values(WRITE_WAYS),
  ];
  return [
    // What the judge finds in the messages themselves; a trial in which it never happened has tried too little.
    ...(transactions >= ENOUGH_FOR_ALL_MOVES ? [...moves, ...CANARY_WAYS] : []),
    ...(transactions >= ENOUGH_FOR_ALL_MOVES && faults.includes('disconnect') ? [...DISCONNECTS, ...LOSSES, OLDER_EDGE] : []),
    ...(faults.includes('kill') ? [...KILLS.map(({ name }) => name), OVER_A_CRASH] : []),
  ];
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
        }),
      );
    }
    for (const client of this.#clients) client.sync.start();
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
    const { transactions, faults } = this.#options;
    const fleet = new Fleet(this.#servers, this.#clients);
    const kills = faults.includes('kill') ? KILLS : [];
    const only = this.#options.strike === undefined ? {} : { only: this.#options.strike };
    const phases = kills.length > 0 ? PHASES : Math.min(PHASES, Math.ceil(transactions / LEAST_IN_A_PHASE));
    for (let phase = 0; phase < phases; phase += 1) {
      const kill = kills[phase - 1];
      const storm = faults.includes('disconnect')
        ? startDisconnects({
            database: this.#database,
            fleet,
            history: this.#history,
            random: this.#random.fork(`faults ${phase}`),
            ...only,
          })
        : undefined;
      const losses =
        storm === undefined
          ? undefined
          : startLosses({
              devices: this.#devices?.all ?? [],
              history: this.#history,
              random: this.#random.fork(`losses ${phase}`),
            });
      try {
        await this.#phase(fleet, Math.ceil(transactions / phases), kill);
      } finally {
        await losses?.stop();
        await storm?.stop();
      }
      if (await this.#barrier(`phase ${phase + 1} of ${phases}${kill === undefined ? '' : `, ${kill.name}`}`)) continue;
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
    const rows = await this.#database.query<Omit<Extract<Entry, { kind: 'history' }>, 'kind' | 'ord'> & { ord: string }>(
      sqlFile('oracle-history.sql'),
    );
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

  async #phase(fleet: Fleet, transactions: number, kill: Kill | undefined): Promise<void> {
    const context = {
      fleet,
      database: this.#database,
      history: this.#history,
      holdWriters: (until: Promise<void>) => void (this.#writersHeld = until),
    };
    if (kill === undefined) return this.#write(transactions);
    if (kill.atRest) {
      await this.#write(transactions);
      await this.#devices?.rest();
      this.#say(`  ${kill.name}`);
      await kill.strike(context);
      return this.#write(AFTER_A_CRASH);
    }
    await this.#write(Math.floor(transactions / 3));
    this.#say(`  ${kill.name}`);
    const results = await Promise.allSettled([this.#write(transactions - Math.floor(transactions / 3)), kill.strike(context)]);
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
