import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@elira/testkit';
import pg from 'pg';
import type { Move } from './move.ts';
import { runTransaction, seesOneSnapshot } from './transaction.ts';
import type { Tally } from './tally.ts';

/**
 * The writers: so many connections, each at its own transactions. `run(count)` lets them begin that many together and resolves when
 * the last has ended, so that afterwards nothing moves. A database that goes away is waited for.
 */
export type Writers = {
  readonly run: (transactions: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

export type WriterOptions = {
  readonly connection: pg.ClientConfig;
  readonly count: number;
  readonly random: Random;
  readonly moves: readonly Move[];
  readonly tally: Tally;
  /** Milliseconds between two transactions of one writer, on average. */
  readonly pauseMs: number | (() => number);
  /** Plain transactions only. */
  readonly quiet: boolean;
  /** Awaited before a writer connects. */
  readonly mayConnect: () => Promise<void>;
};

/**
 * A SQLSTATE that a trial expects of colliding writers (P0002: a course published after another deleted it; 42501 and EL001: a person
 * who was banned, or a join code that changed, since the move was chosen) and dying databases. Anything else is a fault of the trial itself.
 */
const EXPECTED = /^(40P01|40001|55P03|23505|23503|57P0[0-9]|08\d\d\d|25P02|55000|P0002|42501|EL001)$/;
const RECONNECT_MS = 50;
const RECONNECT_PATIENCE_MS = 60_000;

export function startWriters(options: WriterOptions): Writers {
  const writers = Array.from({ length: options.count }, (_, index) => new Writer(options, index));
  return {
    async run(transactions) {
      let left = transactions;
      const take = (): boolean => {
        left -= 1;
        return left >= 0;
      };
      try {
        await Promise.all(writers.map((writer) => writer.work(take)));
      } finally {
        // When one has failed, the others begin nothing more.
        left = 0;
      }
    },
    async close() {
      await Promise.all(writers.map((writer) => writer.close()));
    },
  };
}

class Writer {
  readonly #options: WriterOptions;
  readonly #random: Random;
  readonly #preparedName: string;
  #sql: pg.Client | undefined;

  constructor(options: WriterOptions, index: number) {
    this.#options = options;
    this.#random = options.random.fork(`writer ${index}`);
    this.#preparedName = `writer-${index}`;
  }

  async work(take: () => boolean): Promise<void> {
    const { tally, moves, pauseMs, quiet } = this.#options;
    while (take()) {
      await sleep(this.#random.below(2 * (typeof pauseMs === 'number' ? pauseMs : pauseMs())));
      const sql = await this.#connected();
      try {
        await runTransaction({ sql, random: this.#random, moves, tally, preparedName: this.#preparedName, quiet });
      } catch (error) {
        await this.#recover(sql, error);
      }
    }
  }

  async close(): Promise<void> {
    await this.#sql?.end().catch(() => undefined);
  }

  async #recover(sql: pg.Client, error: unknown): Promise<void> {
    const code = error instanceof pg.DatabaseError ? (error.code ?? 'unknown') : 'connection lost';
    this.#options.tally.abort(code);
    const isExpected = EXPECTED.test(code) || (code === '21000' && seesOneSnapshot(sql));
    if (error instanceof pg.DatabaseError && !isExpected)
      throw new Error(`a writer was answered ${code}: ${error.message} ${told(error)}`, { cause: error });
    try {
      await sql.query('ROLLBACK');
    } catch {
      this.#drop(sql);
    }
  }

  #drop(sql: pg.Client): void {
    if (this.#sql === sql) this.#sql = undefined;
    sql.end().catch(() => undefined);
  }

  async #connected(): Promise<pg.Client> {
    if (this.#sql !== undefined) return this.#sql;
    const deadline = Date.now() + RECONNECT_PATIENCE_MS;
    for (;;) {
      await this.#options.mayConnect();
      const sql = new pg.Client(this.#options.connection);
      sql.on('error', () => this.#drop(sql));
      sql.on('end', () => this.#drop(sql));
      try {
        await sql.connect();
        await sql.query(`SET deadlock_timeout = '50ms'; SET lock_timeout = '3s'`);
        await this.#settlePrepared(sql);
        this.#sql = sql;
        return sql;
      } catch (error) {
        await sql.end().catch(() => undefined);
        if (Date.now() > deadline) throw error;
        await sleep(RECONNECT_MS);
      }
    }
  }

  /** What this writer had prepared when the database died has survived it, with its locks. */
  async #settlePrepared(sql: pg.Client): Promise<void> {
    const { rows } = await sql.query('SELECT FROM pg_prepared_xacts WHERE gid = $1', [this.#preparedName]);
    if (rows.length === 0) return;
    const decision = this.#random.chance(0.5) ? 'COMMIT' : 'ROLLBACK';
    await sql.query(`${decision} PREPARED '${this.#preparedName}'`);
    this.#options.tally.count(`a prepared transaction over a crash: ${decision}`);
  }
}

/** Where in which function PostgreSQL was. */
function told({ schema, table, routine, where, detail }: pg.DatabaseError): string {
  return JSON.stringify({ schema, table, routine, where, detail });
}
