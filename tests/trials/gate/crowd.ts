import { setTimeout as sleep } from 'node:timers/promises';
import { makeRandom, type Random } from '@elira/testkit';
import pg from 'pg';
import { newestSessions } from '../clients/personal-door.ts';
import { TrialClient } from '../clients/trial-client.ts';
import { CLIENT_FAULTS, CLIENT_STRIKES } from '../faults/client-faults.ts';
import { GATE_SCALE } from '../scale.ts';
import type { CrowdOrder } from './crowd-orders.ts';
import { HealWatch } from './heal-watch.ts';
import { createSegment, type SegmentFile } from './segment.ts';

type Open = Extract<CrowdOrder, { kind: 'open' }>;

/** Connections for looking up sessions, shared by all people of the crowd. */
const CONNECTIONS = 3;
const LOOK_MS = 50;
/** One in so many receives small pieces, cut anywhere. */
const IN_PIECES = 8;
/** Clients that begin to connect at once. */
const TOGETHER = 25;

/** Many clients in one process, which read. */
export class Crowd {
  readonly #clients: readonly TrialClient[];
  readonly #segment: SegmentFile;
  readonly #pool: pg.Pool;
  readonly #healing: HealWatch;
  readonly #random: Random;

  private constructor(clients: readonly TrialClient[], segment: SegmentFile, pool: pg.Pool, random: Random) {
    [this.#clients, this.#segment, this.#pool, this.#random] = [clients, segment, pool, random];
    this.#healing = new HealWatch(clients, segment);
  }

  static async open({ viewers, target, secret, connection, seed, segment: path }: Open): Promise<Crowd> {
    const random = makeRandom(seed);
    const segment = createSegment(path);
    const pool = new pg.Pool({
      ...connection,
      max: CONNECTIONS,
      application_name: 'trial-crowd',
      connectionTimeoutMillis: 5_000,
    });
    pool.on('error', () => undefined);
    const query = async <R extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<R[]> =>
      (await pool.query<R>(text, [...values])).rows;
    const newestSession = newestSessions({ query });
    const clients: TrialClient[] = [];
    for (const [index, viewer] of viewers.entries())
      clients.push(
        await TrialClient.create(viewer, {
          target,
          secret,
          random: random.fork(`client ${viewer.name}`),
          history: segment,
          database: { query },
          newestSession,
          inPieces: index % IN_PIECES === 0,
          patience: 'full',
        }),
      );
    for (const [index, client] of clients.entries()) {
      client.sync.start();
      if (index % TOGETHER === TOGETHER - 1) await sleep(LOOK_MS);
    }
    return new Crowd(clients, segment, pool, random.fork('crowd'));
  }

  async obey(order: Exclude<CrowdOrder, Open>): Promise<object> {
    switch (order.kind) {
      case 'aim':
        return this.#aim(order.port, order.move);
      case 'wait':
        return { late: await this.#wait(order) };
      case 'write stores':
        for (const client of this.#clients)
          this.#segment.write({
            kind: 'store',
            number: order.number,
            client: client.viewer.name,
            scopes: client.stored(),
          });
        return {};
      case 'marked':
        this.#healing.marked(order.number, order.began);
        return { healing: this.#healing.left };
      case 'ended':
        this.#healing.ended(order.fault);
        return {};
      case 'strike':
        return await this.#strike(order);
      case 'close':
        return await this.#close();
    }
  }

  #aim(port: number, move: boolean): { moved: number } {
    let moved = 0;
    for (const { proxy } of this.#clients) {
      proxy.target = port;
      if (move) moved += proxy.cut().connections;
    }
    return { moved };
  }

  async #wait({
    number,
    banned,
    patienceMs,
  }: Extract<CrowdOrder, { kind: 'wait' }>): Promise<{ client: string; detail: string }[]> {
    const nobody = new Set(banned);
    const deadline = performance.now() + patienceMs;
    let late = [...this.#clients];
    while (late.length > 0 && performance.now() < deadline) {
      late = late.filter((client) => !client.passed(number, nobody));
      if (late.length > 0) await sleep(LOOK_MS);
    }
    return late.map((client) => ({ client: client.viewer.name, detail: client.standing() }));
  }

  async #strike({ fault, times, patienceMs, part }: Extract<CrowdOrder, { kind: 'strike' }>): Promise<{ struck: number }> {
    const random = this.#random.fork(part);
    const name = CLIENT_FAULTS.find((known) => known === fault);
    if (name === undefined) throw new Error(`no fault of one client: ${fault}`);
    const deadline = performance.now() + patienceMs;
    let struck = 0;
    while (struck < times && performance.now() < deadline) {
      const client = random.pick(this.#clients);
      const proof = await CLIENT_STRIKES[name](client, { random, scale: GATE_SCALE });
      if (proof === undefined) {
        await sleep(LOOK_MS);
        continue;
      }
      struck += 1;
      this.#segment.write({ kind: 'fault', name: fault, proof: { client: client.viewer.name, ...proof } });
      this.#healing.ended(fault, new Set([client.viewer.name]));
    }
    return { struck };
  }

  async #close(): Promise<{ bytesScanned: number }> {
    this.#healing.close();
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.#segment.finish();
    await this.#pool.end();
    return { bytesScanned: this.#clients.reduce((sum, { scanner }) => sum + scanner.bytes, 0) };
  }
}
