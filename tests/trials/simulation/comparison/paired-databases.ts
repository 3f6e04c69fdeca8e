import type { Cluster as RealCluster, Random } from '@elira/testkit';
import type pg from 'pg';
import { VirtualTime } from '../clock/virtual-time.ts';
import { Cluster } from '../database/cluster.ts';
import type { ModelTransaction } from '../database/model-transaction.ts';
import { emptyLeaf, raiseFloor, reload } from '../database/upkeep.ts';
import type { Move } from '../moves/move.ts';
import { weighted } from '../actors/writer.ts';
import { SIMULATION_TABLES } from '../world/simulation-tables.ts';
import { MirroredTransaction } from './mirrored-transaction.ts';

const SESSIONS = 4;
/** Each leaf of the ring holds 2^4 transaction ids. */
export const SHIFT = 4;
const ACTS = [
  ['move', 10],
  ['commit', 5],
  ['rollback', 1.5],
  ['savepoint', 2],
  ['rollback to', 1],
  ['release', 1],
  ['prepare', 0.6],
] as const;

type Session = { readonly client: pg.Client; open: MirroredTransaction | undefined; savepoints: string[] };

/** The model and PostgreSQL, to both of which the same happens in the same order. */
export class PairedDatabases {
  readonly model: Cluster;
  readonly client: pg.Client;
  readonly #random: Random;
  readonly #moves: readonly Move[];
  readonly #sessions: readonly Session[];
  #freshly = 0;

  private constructor(random: Random, moves: readonly Move[], [client, ...clients]: readonly pg.Client[]) {
    this.#random = random;
    this.#moves = moves;
    this.client = client as pg.Client;
    this.model = new Cluster(new VirtualTime(), random.fork('model'), SIMULATION_TABLES);
    this.#sessions = clients.map((one) => ({ client: one, open: undefined, savepoints: [] }));
  }

  static async begin(random: Random, moves: readonly Move[], clients: readonly pg.Client[]): Promise<PairedDatabases> {
    const both = new PairedDatabases(random, moves, clients);
    const { current } = both.model;
    await both.client.query(
      `TRUNCATE note, tick, member, person, mutations, slate; TRUNCATE sync.change; TRUNCATE sync.sample`,
    );
    await both.client.query(
      'UPDATE sync.state SET floor = pg_snapshot_xmin(pg_current_snapshot()), settled_floor = pg_snapshot_xmin(pg_current_snapshot())',
    );
    const { rows } = await both.client.query<{ next: string; floor: string }>(
      'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next, floor::text FROM sync.state',
    );
    current.nextXid = Number(rows[0]?.next);
    current.latestCompleted = current.nextXid - 1;
    const floor = Number(rows[0]?.floor);
    current.state = { ...current.state, floor, settledFloor: floor, shift: SHIFT };
    return both;
  }

  static async connect(cluster: RealCluster): Promise<pg.Client[]> {
    return await Promise.all(Array.from({ length: SESSIONS + 1 }, () => cluster.client()));
  }

  /** Something happens to both. Tells what. */
  async step(): Promise<string> {
    const random = this.#random;
    const rare = random.next();
    if (rare < 0.03) return await this.#truncate();
    if (rare < 0.05) return await this.#touch();
    if (rare < 0.09) return await this.#turn();
    const session = random.pick(this.#sessions);
    if (session.open === undefined) {
      if (random.chance(0.3) && this.model.current.prepared.size > 0) return await this.#decide(session);
      session.open = new MirroredTransaction(this.model.current);
      session.savepoints = [];
    }
    return await this.#act(session, session.open);
  }

  async rest(): Promise<void> {
    for (const session of this.#sessions) {
      if (session.open === undefined) continue;
      session.open.commit(0);
      await this.#say(session, session.open);
    }
    const [session] = this.#sessions;
    while (session !== undefined && this.model.current.prepared.size > 0) await this.#decide(session);
  }

  async #act(session: Session, open: MirroredTransaction): Promise<string> {
    const random = this.#random;
    const act = weighted(ACTS, random);
    const last = session.savepoints.at(-1);
    let done: string = act;
    if (act === 'commit') open.commit(0);
    else if (act === 'rollback') open.rollback();
    else if (act === 'prepare') open.prepare(`p${(this.#freshly += 1)}`);
    else if (act === 'savepoint') {
      const name = `s${session.savepoints.length}`;
      session.savepoints.push(name);
      open.savepoint(name);
    } else if (act === 'rollback to' && last !== undefined) open.rollbackTo(last);
    else if (act === 'release' && last !== undefined) {
      session.savepoints.pop();
      open.release(last);
    } else done = this.#move(open);
    await this.#say(session, open);
    if (act === 'commit' || act === 'rollback' || act === 'prepare') session.open = undefined;
    return done;
  }

  #move(transaction: ModelTransaction): string {
    const move = weighted(
      this.#moves.map((one) => [one, one.weight] as const),
      this.#random,
    );
    move.make({ transaction, random: this.#random, fresh: () => (this.#freshly += 1) });
    return move.name;
  }

  async #say({ client }: Session, open: MirroredTransaction): Promise<void> {
    for (const { text, values } of open.takeStatements()) await client.query(text, [...values]);
    if (open.isOver) for (const session of this.#sessions) if (session.open === open) session.open = undefined;
  }

  async #decide({ client }: Session): Promise<string> {
    const [gid, prepared] = this.#random.pick([...this.model.current.prepared]);
    const how = this.#random.chance(0.7) ? 'COMMIT' : 'ROLLBACK';
    if (how === 'COMMIT') prepared.commit(0);
    else prepared.rollback();
    await client.query(`${how} PREPARED '${gid}'`);
    return `${how} PREPARED`;
  }

  /** Only where nobody would be waited for. */
  async #truncate(): Promise<string> {
    if (this.#sessions.some(({ open }) => open !== undefined) || this.model.current.prepared.size > 0) return 'nothing';
    this.model.atOnce((transaction) => transaction.truncate('note'));
    await this.client.query('TRUNCATE note');
    return 'TRUNCATE';
  }

  async #touch(): Promise<string> {
    this.model.atOnce((transaction) => reload(transaction, 2));
    await this.client.query(`SELECT sync.touch('tick')`);
    return 'touch';
  }

  /** The floor is raised as far as may be, and whatever leaf lies below it is emptied. */
  async #turn(): Promise<string> {
    const raised = raiseFloor(this.model, { retainMs: 0, mostChanges: -1, settleMs: 0 });
    const { rows } = await this.client.query<{ leaf: number; stuck: boolean; floor: string }>(
      `SELECT r.floor::text, r.leaf, r.stuck FROM sync.raise_floor('0', -1, '0') r`,
    );
    const [real] = rows;
    if (real?.leaf !== raised.leaf || real.stuck !== raised.stuck || real.floor !== String(raised.floor))
      throw new Error(`raise_floor: ${JSON.stringify(real)}, by the model ${JSON.stringify(raised)}`);
    // PostgreSQL would wait for whoever has written to a leaf and is not over.
    if (this.#sessions.some(({ open }) => open !== undefined) || this.model.current.prepared.size > 0) return 'floor';
    const leaf = this.#random.below(4);
    const emptied = emptyLeaf(this.model, leaf);
    const answer = await this.client.query<{ done: boolean }>('SELECT sync.empty_leaf($1) AS done', [leaf]);
    if (answer.rows[0]?.done !== emptied) throw new Error(`empty_leaf ${leaf}: by the model ${emptied}`);
    return `floor and leaf ${leaf}`;
  }
}
