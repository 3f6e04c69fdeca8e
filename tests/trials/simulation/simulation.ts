import type { Limits } from '@elira/protocol';
import type { WriteDoor } from '@elira/sync-server';
import type { MutatingUser } from '@elira/rules';
import { makeRandom, type Random } from '@elira/testkit';
import { answerMutations, openModelDoor } from './actors/model-door.ts';
import { SimulatedClient } from './actors/simulated-client.ts';
import { DATABASE_ADDRESS, SimulatedServer } from './actors/simulated-server.ts';
import { Writer } from './actors/writer.ts';
import { VirtualTime } from './clock/virtual-time.ts';
import { Cluster } from './database/cluster.ts';
import { ModelSession } from './database/model-session.ts';
import { makeCatalogue } from './database/statements/catalogue.ts';
import { Cursors } from './judge/cursors.ts';
import { Journal } from './judge/findings.ts';
import { WritesJudge } from './judge/writes-judge.ts';
import { NOTE_MOVES } from './moves/note-moves.ts';
import { OTHER_MOVES } from './moves/other-moves.ts';
import { Network } from './network/network.ts';
import { GUEST, PEOPLE, viewerOf } from './world/people.ts';
import { SIMULATION_RULES } from './world/simulation-rules.ts';
import { SIMULATION_TABLES } from './world/simulation-tables.ts';

/** As in the integration tier, what takes long outside takes a moment here, and everything that can overflow does. */
const LIMITS: Partial<Limits> = {
  heartbeatSeconds: 1,
  staleSeconds: 4,
  stalledSeconds: 3,
  socketBytes: 4_000,
  frameBytes: 900,
};
/** A server that forgets quickly and takes in little: who comes back to it is caught up from the database, or gets a snapshot. */
const NARROW: Partial<Limits> = {
  ...LIMITS,
  ringBatches: 6,
  changesPerRead: 40,
  changesPerCatchUp: 25,
  retainedSeconds: 5,
  retainedChanges: 60,
};
/** Nothing overflows. */
const UNDISTURBED: Partial<Limits> = { heartbeatSeconds: 1 };
/** What a server rightly complains of, where a transaction is open all along. */
const RING_ALARM = 'the change index has come round';
const WRITERS = 5;
const RESTART_MS = 500;
const SHIFT = 6;

export type SimulationOptions = {
  /** One client, one writer, inserts and edits: what every version of the program must pass, however wrong. */
  readonly isUndisturbed: boolean;
  /** Told of everything that is observed. */
  readonly onLine?: (line: string) => void;
};
/** Whose devices there are, in turn. */
const VIEWERS = [...PEOPLE.slice(0, 2), GUEST, ...PEOPLE.slice(2)];
const PLAIN_MOVES = new Set(['note comes', 'note is edited', 'tick']);

/** One world, by its seed: a database, servers, people with their devices, and those who write with SQL. */
export class Simulation {
  readonly time = new VirtualTime();
  readonly random: Random;
  readonly journal: Journal;
  readonly network: Network;
  readonly cluster: Cluster;
  readonly writes: WritesJudge;
  readonly cursors: Cursors;
  servers: SimulatedServer[] = [];
  readonly clients: SimulatedClient[];
  readonly writers: Writer[];
  readonly #names: readonly string[];
  readonly #isUndisturbed: boolean;
  #sessions: ModelSession[] = [];
  #freshly = 0;
  #quietUntil = 0;

  constructor(seed: number, { isUndisturbed, onLine }: SimulationOptions) {
    this.journal = new Journal(() => this.time.now, onLine);
    this.random = makeRandom(seed);
    this.network = new Network(this.time, this.random.fork('network'));
    this.cluster = new Cluster(this.time, this.random.fork('database'), SIMULATION_TABLES);
    this.cursors = new Cursors(this.cluster);
    this.writes = new WritesJudge(this.cluster, this.journal);
    const names = this.random.chance(0.6) ? ['a', 'b'] : [this.random.pick(['a', 'b'])];
    this.#isUndisturbed = isUndisturbed;
    this.#names = isUndisturbed ? ['a'] : names;
    const fresh = (): number => (this.#freshly += 1);
    const all = [...NOTE_MOVES, ...OTHER_MOVES];
    const moves = isUndisturbed ? all.filter(({ name }) => PLAIN_MOVES.has(name)) : all;
    this.writers = Array.from(
      { length: isUndisturbed ? 1 : WRITERS },
      (_, index) => new Writer(this.cluster, this.random.fork(`writer ${index}`), moves, fresh),
    );
    const truths = new Map<string, ReadonlyMap<string, string>>();
    const count = isUndisturbed ? 1 : 3 + this.random.below(6);
    this.clients = Array.from({ length: count }, (_, index) => {
      const name = `client ${index}`;
      const random = this.random.fork(name);
      return new SimulatedClient({
        ...this,
        name,
        random,
        truths,
        person: VIEWERS[index % VIEWERS.length] ?? 'ann',
        serverName: () => this.#serverName(random),
      });
    });
  }

  /** As the world, after so many milliseconds. */
  readonly after = (ms: number, run: () => void): void => {
    this.time.schedule(this.time.world, ms, run);
  };

  begin(): void {
    this.cluster.atOnce((transaction) =>
      transaction.insert(
        'person',
        PEOPLE.map((id, index) => ({ id, role: index % 2 === 0 ? 'watcher' : 'plain', name: null })),
      ),
    );
    const catalogue = makeCatalogue(SIMULATION_RULES, SIMULATION_TABLES, SHIFT);
    this.network.listen(DATABASE_ADDRESS, this.cluster.actor, (socket) => {
      if (!this.cluster.isUp) socket.destroy();
      else this.#sessions.push(new ModelSession(socket, this.cluster, catalogue));
    });
    for (const name of this.#names) this.startServer(name);
    for (const client of this.clients) client.start();
  }

  openSessions(): ModelSession[] {
    this.#sessions = this.#sessions.filter(({ isOpen }) => isOpen);
    return this.#sessions;
  }

  startServer(name: string): void {
    const { time, network, journal, cluster } = this;
    let door: WriteDoor<MutatingUser> | undefined;
    const note = (level: string) => (fields: object, message: string) => {
      journal.note(`server ${name}`, `${level}: ${message} ${JSON.stringify(fields)}`);
      if (level === 'error' && !message.startsWith(RING_ALARM))
        journal.fail('server', `${name}: ${message} ${JSON.stringify(fields)}`);
    };
    const log = { info: note('info'), warn: note('warn'), error: note('error') };
    const server = new SimulatedServer({
      name,
      time,
      network,
      limits: this.#isUndisturbed ? UNDISTURBED : name === 'b' ? NARROW : LIMITS,
      log,
      viewerOf: async (request) => {
        await new Promise((resolve) => setTimeout(resolve, cluster.random.next() * 5));
        const viewer = viewerOf(request, cluster.current);
        await new Promise((resolve) => setTimeout(resolve, cluster.random.next() * 60));
        return viewer;
      },
      write: (request, response, engine) =>
        void answerMutations(request, response, (door ??= openModelDoor(cluster, () => engine.poke(), log))),
      onCursor: (cursor, position) => this.cursors.sent(cursor, position),
      // Begun anew, as by whoever watches over it.
      onFailure: (error) => {
        journal.note(`server ${name}`, `could not begin: ${String(error)}`);
        this.after(RESTART_MS, () => this.replaceServer(server));
      },
    });
    this.servers = [...this.servers.filter((other) => other.name !== name), server];
    server.start();
  }

  killServer(server: SimulatedServer): void {
    server.kill();
    this.cluster.dropSessionsOf(server.actor);
  }

  replaceServer(server: SimulatedServer): void {
    this.killServer(server);
    if (this.servers.includes(server)) this.startServer(server.name);
  }

  /** What stands still goes on, what was begun is ended, and whoever was sent away is taken back. */
  mend(): void {
    const { time, cluster, writers, servers, clients } = this;
    for (const { actor } of [...servers, ...clients]) time.thaw(actor);
    for (const writer of writers) writer.rest();
    for (const prepared of cluster.current.prepared.values()) prepared.commit(time.now);
    cluster.atOnce((transaction) => {
      const gone = PEOPLE.filter((id) => transaction.row('person', id) === undefined);
      transaction.insert(
        'person',
        gone.map((id) => ({ id, role: 'plain', name: null })),
      );
    });
  }

  /** Nobody writes for so long. */
  hush(ms: number): void {
    this.#quietUntil = this.time.now + ms;
  }

  get isQuiet(): boolean {
    return this.time.now < this.#quietUntil;
  }

  /** Every connection breaks, and for a while there is no database. */
  replaceDatabase(replace: () => void, ms: number): void {
    const { cluster, network } = this;
    for (const { client } of network.links(DATABASE_ADDRESS)) client.later(1, () => client.reset());
    cluster.isUp = false;
    replace();
    this.after(ms, () => (cluster.isUp = true));
  }

  #serverName(random: Random): string {
    return random.pick(this.#names);
  }
}
