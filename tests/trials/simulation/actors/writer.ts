import type { Random } from '@elira/testkit';
import type { Cluster } from '../database/cluster.ts';
import type { ModelTransaction } from '../database/model-transaction.ts';
import type { Move } from '../moves/move.ts';

/** What a writer does next, once it has begun. */
const STEPS = [
  ['move', 10],
  ['commit', 5],
  ['rollback', 1],
  ['savepoint', 1.2],
  ['rollback to', 0.6],
  ['release', 0.6],
  ['prepare', 0.4],
] as const;

/** One who writes with SQL of its own: a transaction at a time, long or short, moves whatever is free. */
export class Writer {
  readonly #cluster: Cluster;
  readonly #random: Random;
  readonly #moves: readonly Move[];
  readonly #fresh: () => number;
  #transaction: ModelTransaction | undefined;
  #savepoints: string[] = [];

  constructor(cluster: Cluster, random: Random, moves: readonly Move[], fresh: () => number) {
    this.#cluster = cluster;
    this.#random = random;
    this.#moves = moves;
    this.#fresh = fresh;
  }

  /** One step; tells what it was. */
  step(): string {
    const random = this.#random;
    const open = this.#open();
    if (open === undefined) {
      if (random.chance(0.15) && this.#cluster.current.prepared.size > 0) return this.#decide();
      this.#transaction = this.#cluster.begin();
      this.#savepoints = [];
      const moved = [this.#move(this.#transaction)];
      // Most are short.
      while (random.chance(0.35)) moved.push(this.#move(this.#transaction));
      return random.chance(0.6) ? `${moved.join(', ')}, ${this.#end('commit')}` : moved.join(', ');
    }
    const step = weighted(STEPS, random);
    switch (step) {
      case 'move':
        return this.#move(open);
      case 'savepoint': {
        const name = `s${this.#savepoints.length}`;
        open.savepoint(name);
        this.#savepoints.push(name);
        return `${step}, ${this.#move(open)}`;
      }
      case 'rollback to':
      case 'release': {
        const name = this.#savepoints.pop();
        if (name === undefined) return this.#move(open);
        if (step === 'release') open.release(name);
        else open.rollbackTo(name);
        if (step === 'rollback to') this.#savepoints.push(name);
        return step;
      }
      default:
        return this.#end(step);
    }
  }

  /** One move in a transaction of its own. */
  writeAtOnce(): void {
    this.#transaction = this.#cluster.begin();
    this.#move(this.#transaction);
    this.#end('commit');
  }

  /** Ends what it has begun. */
  rest(): void {
    if (this.#open() !== undefined) this.#end('commit');
  }

  #open(): ModelTransaction | undefined {
    const open = this.#transaction;
    return open === undefined || open.isOver || open.history !== this.#cluster.current ? undefined : open;
  }

  #move(transaction: ModelTransaction): string {
    const move = weighted(
      this.#moves.map((one) => [one, one.weight] as const),
      this.#random,
    );
    move.make({ transaction, random: this.#random, fresh: this.#fresh });
    return move.name;
  }

  #end(how: 'commit' | 'rollback' | 'prepare'): string {
    const open = this.#transaction;
    this.#transaction = undefined;
    if (how === 'commit') open?.commit(this.#cluster.time.now);
    else if (how === 'rollback') open?.rollback();
    else open?.prepare(`p${this.#fresh()}`);
    return how;
  }

  #decide(): string {
    const [gid, prepared] = this.#random.pick([...this.#cluster.current.prepared]);
    const how = this.#random.chance(0.8) ? 'commit' : 'rollback';
    if (how === 'commit') prepared.commit(this.#cluster.time.now);
    else prepared.rollback();
    return `${how} prepared ${gid}`;
  }
}

export function weighted<T>(choices: readonly (readonly [T, number])[], random: Random): T {
  const sum = choices.reduce((total, [, weight]) => total + weight, 0);
  let left = random.next() * sum;
  for (const [choice, weight] of choices) {
    left -= weight;
    if (left < 0) return choice;
  }
  return (choices.at(-1) as readonly [T, number])[0];
}
