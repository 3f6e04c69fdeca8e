import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@elira/testkit';
import type { TrialClient } from '../clients/trial-client.ts';
import type { TrialDatabase } from '../database/trial-database.ts';
import type { ServerProcess } from '../faults/server-process.ts';
import type { Entry, HistoryFile } from '../history.ts';
import { CLIENT_PEOPLE } from '../people.ts';
import { Device } from './device.ts';

/** Milliseconds until everything that people wrote must have been decided, once nobody is banned and nothing fails. */
const SETTLED_MS = 60_000;
const LOOK_MS = 20;

type Written = Omit<Extract<Entry, { kind: 'written' }>, 'kind'>;

type Around = {
  readonly database: TrialDatabase;
  readonly history: HistoryFile;
  readonly servers: readonly ServerProcess[];
};

/** The devices of all people in a trial. */
export class Devices {
  readonly all: readonly Device[];
  readonly #database: TrialDatabase;
  readonly #history: HistoryFile;
  readonly #servers: readonly ServerProcess[];

  private constructor(all: readonly Device[], around: Around) {
    [this.all, this.#database, this.#history, this.#servers] = [all, around.database, around.history, around.servers];
  }

  static async of(
    clients: readonly TrialClient[],
    options: {
      readonly database: TrialDatabase;
      readonly history: HistoryFile;
      readonly random: Random;
      readonly servers: readonly ServerProcess[];
      readonly mayWrite: () => Promise<void>;
    },
  ): Promise<Devices> {
    const people = clients.filter(({ viewer }) => viewer.user !== undefined);
    const { database, history, random, servers, mayWrite } = options;
    const ports = (): number[] => servers.map(({ port }) => port);
    const devices = people.map((client, index) =>
      Device.create(client, { index, history, ports, mayWrite, random: random.fork(`device ${client.viewer.name}`) }),
    );
    return new Devices(await Promise.all(devices), { database, history, servers });
  }

  go(): void {
    for (const device of this.all) device.go();
  }

  /** Nothing is made or sent any more, and nothing is under way: not in the servers either, where whoever sent it has given it up. */
  async rest(): Promise<void> {
    await Promise.all(this.all.map((device) => device.rest()));
    const deadline = Date.now() + SETTLED_MS;
    while (Date.now() < deadline) {
      const under = await Promise.all(this.#servers.map((server) => server.writing()));
      if (under.every((requests) => requests === 0)) return;
      await sleep(LOOK_MS);
    }
  }

  /** Everybody may write again, and what waits is sent; then what is in the database is written down for the judge. */
  async finish(patienceMs = SETTLED_MS): Promise<void> {
    await this.#database.query('UPDATE users SET banned = false WHERE id = ANY ($1) AND banned', [CLIENT_PEOPLE]);
    await Promise.all(this.all.map((device) => device.settle(patienceMs)));
    await this.rest();
  }

  async writeDown(): Promise<void> {
    const ledger = await this.#database.query<Written['ledger'][number]>(
      `SELECT id::text, user_id AS "user", name, status FROM mutations
       WHERE name NOT LIKE '%.done' AND id NOT IN (SELECT id FROM trial_settled)`,
    );
    const deeds = await this.#database.query<Written['deeds'][number]>(
      `SELECT mutation_id::text AS mutation, deed::text, user_id AS "user", amount FROM trial_deeds
       WHERE mutation_id NOT IN (SELECT id FROM trial_settled)`,
    );
    this.#history.write({ kind: 'written', ledger, deeds });
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((device) => device.close()));
  }
}
