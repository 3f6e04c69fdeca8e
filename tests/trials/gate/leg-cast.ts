import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Random } from '@elira/testkit';
import { TrialClient } from '../clients/trial-client.ts';
import { WallClock } from '../clients/wall-clock.ts';
import { createTrialDatabase, sqlFile, type TrialDatabase } from '../database/trial-database.ts';
import { ServerProcess } from '../faults/server-process.ts';
import type { HistoryFile } from '../history.ts';
import { PEOPLE_VIEWERS, TRIAL_VIEWERS, type TrialViewer } from '../viewers.ts';
import { ALL_MOVES } from '../writers/all-moves.ts';
import { Tally } from '../writers/tally.ts';
import { startWriters, type Writers } from '../writers/writers.ts';
import { Devices } from '../writing/devices.ts';
import { CrowdHandle } from './crowd-handle.ts';
import { crowdViewers } from './crowd-viewers.ts';
import { GateFleet } from './gate-fleet.ts';

const WRITERS = 24;
/** Processes in which the crowd lives. */
const CROWDS = 3;
/** Clients of this process: they write too, and faults that look into a client strike these. */
const OWN_VIEWERS: readonly TrialViewer[] = [...TRIAL_VIEWERS, ...PEOPLE_VIEWERS];

/**
 * These come a tenth as often as in the integration tier: writers are fifteen times as fast, and each such move ends the streams of some
 * forty clients; one after which nobody knows who may see what, of all.
 */
const ENDS_STREAMS = new Set([
  'a role changes',
  'a role changes and changes back in one transaction',
  'a person is banned',
  'a session ends',
  'a session ends and another begins in one transaction',
  'enrolments are truncated, and half of them come back',
  'a table that opens scopes is declared unknown',
]);
const MOVES = ALL_MOVES.map((move) => (ENDS_STREAMS.has(move.name) ? { ...move, weight: move.weight / 10 } : move));

/** Who takes part in a leg. What fails while they are called together is sent home again. */
export class LegCast {
  readonly database: TrialDatabase;
  readonly tally = new Tally();
  readonly servers: readonly ServerProcess[];
  readonly clients: TrialClient[] = [];
  readonly crowds: CrowdHandle[] = [];
  readonly writers: Writers;
  readonly secret: string;
  /** Writers and devices do not connect before it resolves. */
  writersHeld: Promise<void> = Promise.resolve();
  #devices: Devices | undefined;
  #fleet: GateFleet | undefined;
  bytesScanned = 0;

  private constructor(database: TrialDatabase, { random, history, pauseMs }: CastOptions, secret: string) {
    [this.database, this.secret] = [database, secret];
    this.servers = ['a', 'b'].map(
      // Nothing is shortened: the times are those of the product.
      (name) => new ServerProcess({ name, secret, connection: database.connectionOf(name), history, limits: {} }),
    );
    this.writers = startWriters({
      connection: database.connection,
      count: WRITERS,
      random: random.fork('writers'),
      moves: MOVES,
      quiet: false,
      tally: this.tally,
      pauseMs,
      mayConnect: () => this.writersHeld,
    });
  }

  static async call(options: CastOptions): Promise<LegCast> {
    const { random, folder, history } = options;
    const secret = randomBytes(24).toString('hex');
    const database = await createTrialDatabase(random.fork('database'), folder);
    const cast = new LegCast(database, options, secret);
    try {
      await database.query(sqlFile('begin-leg.sql'));
      await Promise.all(cast.servers.map((server) => server.start()));
      await cast.#openCrowds(options, secret);
      await cast.#openClients(options, secret);
      cast.#devices = await Devices.of(cast.clients, {
        database,
        history,
        random: random.fork('devices'),
        servers: cast.servers,
        mayWrite: () => cast.writersHeld,
      });
      cast.#fleet = new GateFleet(cast.servers, cast.clients, cast.crowds);
      return cast;
    } catch (error) {
      await cast.close();
      throw error;
    }
  }

  get devices(): Devices {
    if (this.#devices === undefined) throw new Error('nobody writes on devices yet');
    return this.#devices;
  }

  get fleet(): GateFleet {
    if (this.#fleet === undefined) throw new Error('nobody is connected yet');
    return this.#fleet;
  }

  /** All together, so that what is written down is whole. */
  async close(): Promise<void> {
    await this.#devices?.close();
    const scanned = await Promise.all(this.crowds.map((crowd) => crowd.close()));
    await Promise.all(this.clients.map((client) => client.close()));
    for (const server of this.servers) server.resume();
    await Promise.all([this.writers.close(), ...this.servers.map((server) => server.stop())]);
    await this.database.remove();
    this.bytesScanned = [...this.clients.map(({ scanner }) => scanner.bytes), ...scanned.map((one) => one.bytesScanned)].reduce(
      (sum, bytes) => sum + bytes,
      0,
    );
  }

  async #openCrowds({ clients, random, segments }: CastOptions, secret: string): Promise<void> {
    const viewers = crowdViewers(clients);
    for (let index = 0; index < CROWDS; index += 1) this.crowds.push(new CrowdHandle());
    await Promise.all(
      this.crowds.map((crowd, index) =>
        crowd.tell<'open'>({
          kind: 'open',
          viewers: viewers.filter((_, at) => at % CROWDS === index),
          target: this.servers[0]?.port ?? 0,
          secret,
          connection: this.database.connection,
          seed: random.fork(`crowd ${index}`).below(2 ** 31),
          segment: join(segments, `crowd-${index}.gz`),
        }),
      ),
    );
  }

  async #openClients({ random, history }: CastOptions, secret: string): Promise<void> {
    for (const [index, viewer] of OWN_VIEWERS.entries())
      this.clients.push(
        await TrialClient.create(viewer, {
          target: this.servers[index % this.servers.length]?.port ?? 0,
          secret,
          random: random.fork(`client ${viewer.name}`),
          history,
          database: this.database,
          inPieces: index % 3 === 0,
          wall: new WallClock(),
          patience: 'full',
        }),
      );
    for (const client of this.clients) client.start();
  }
}

/** Client → user, of everybody who is a person. */
export function peopleOf(clients: number): Record<string, string> {
  return Object.fromEntries(
    [...OWN_VIEWERS, ...crowdViewers(clients)].flatMap(({ name, user }) => (user === undefined ? [] : [[name, user]])),
  );
}

export type CastOptions = {
  /** Of the crowd. */
  readonly clients: number;
  readonly pauseMs: number;
  readonly random: Random;
  readonly history: HistoryFile;
  /** The cluster lies in it. */
  readonly folder: string;
  /** Where the segments of the crowd go. */
  readonly segments: string;
};
