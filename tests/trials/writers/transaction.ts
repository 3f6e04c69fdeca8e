import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@elira/testkit';
import type pg from 'pg';
import { CLIENT_PEOPLE } from '../people.ts';
import { NOTE_IDS } from '../world.ts';
import { touched, type Move, type MoveContext } from './move.ts';
import { noteValues } from './note-moves.ts';
import { pickRow } from './pick-row.ts';
import type { Tally } from './tally.ts';

/**
 * One unit of a writer's work, most of them one transaction: some moves, in one of the shapes a transaction can have. What happened is
 * counted only when COMMIT has answered. Throws what PostgreSQL throws (deadlocks and lock timeouts are part of the game).
 */
export type TransactionContext = MoveContext & {
  readonly moves: readonly Move[];
  readonly tally: Tally;
  /** A name for PREPARE TRANSACTION that no other writer uses. */
  readonly preparedName: string;
  readonly quiet: boolean;
};

/** Another thing that must have happened. */
export const INTERRUPTED = 'an enrolment that is interrupted';
/** Milliseconds a long transaction stays open between two of its statements. */
const LONG_MS = { least: 150, most: 1200 };
const MOST_MOVES = 4;

const SHAPES: readonly {
  readonly name: string;
  readonly weight: number;
  readonly run: (context: TransactionContext) => Promise<void>;
}[] = [
  { name: 'plain transaction', weight: 50, run: (context) => plain(context, false) },
  { name: 'long transaction', weight: 9, run: (context) => plain(context, true) },
  { name: 'rolled back to a savepoint', weight: 14, run: rolledBackToSavepoint },
  { name: 'released savepoints', weight: 5, run: releasedSavepoints },
  { name: 'rolled back', weight: 9, run: rolledBack },
  { name: 'two-phase commit', weight: 4, run: twoPhase },
  { name: 'insert, then delete in the next transaction', weight: 4, run: insertThenDelete },
  { name: 'delete, then insert again with another owner', weight: 4, run: deleteThenInsert },
  { name: 'enrol, leave, and enrol again in the next transactions', weight: 5, run: enrolLeaveEnrol },
];

export const SHAPE_NAMES: readonly string[] = SHAPES.map(({ name }) => name);

/** Chooses a shape and runs it. */
export async function runTransaction(context: TransactionContext): Promise<void> {
  const shape = context.quiet ? (SHAPES[0] as (typeof SHAPES)[number]) : weighted(SHAPES, context.random);
  await shape.run(context);
  context.tally.count(shape.name);
}

export function weighted<T extends { readonly weight: number }>(from: readonly T[], random: Random): T {
  let at = random.next() * from.reduce((sum, { weight }) => sum + weight, 0);
  for (const entry of from) {
    at -= entry.weight;
    if (at < 0) return entry;
  }
  return from[from.length - 1] as T;
}

const ONE_SNAPSHOT = new WeakSet<TransactionContext['sql']>();

/**
 * Whether this connection's transaction sees one snapshot to its end. It may then find two rows under one key: what somebody else has deleted
 * since, and what it has itself put in that place. PostgreSQL answers 21000 where a statement needs one.
 */
export function seesOneSnapshot(sql: TransactionContext['sql']): boolean {
  return ONE_SNAPSHOT.has(sql);
}

async function begin({ sql, random, tally }: TransactionContext): Promise<void> {
  const isolation = random.next();
  if (isolation < 0.12) ONE_SNAPSHOT.add(sql);
  else ONE_SNAPSHOT.delete(sql);
  if (isolation < 0.04) await sql.query('BEGIN ISOLATION LEVEL SERIALIZABLE');
  else if (isolation < 0.12) await sql.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  else await sql.query('BEGIN');
  tally.begun += 1;
}

async function commit({ sql, tally }: TransactionContext, happened: readonly string[]): Promise<void> {
  await sql.query('COMMIT');
  tally.committed += 1;
  for (const name of happened) tally.count(name);
}

async function someMoves(context: TransactionContext, pauseMs = 0): Promise<string[]> {
  const happened: string[] = [];
  for (let left = 1 + context.random.below(MOST_MOVES); left > 0; left -= 1) {
    const move = weighted(context.moves, context.random);
    if (await move.make(context)) happened.push(move.name);
    if (pauseMs > 0) await sleep(pauseMs);
  }
  return happened;
}

async function plain(context: TransactionContext, long: boolean): Promise<void> {
  const pause = long ? LONG_MS.least + context.random.below(LONG_MS.most - LONG_MS.least) : 0;
  await begin(context);
  await commit(context, await someMoves(context, pause));
}

async function rolledBackToSavepoint(context: TransactionContext): Promise<void> {
  await begin(context);
  const before = await someMoves(context);
  await context.sql.query('SAVEPOINT undone');
  await someMoves(context);
  await context.sql.query('ROLLBACK TO SAVEPOINT undone');
  const after = await someMoves(context);
  await commit(context, [...before, ...after]);
}

async function releasedSavepoints(context: TransactionContext): Promise<void> {
  await begin(context);
  const happened: string[] = [];
  for (const name of ['outer_one', 'inner_one']) {
    await context.sql.query(`SAVEPOINT ${name}`);
    happened.push(...(await someMoves(context)));
  }
  await context.sql.query('RELEASE SAVEPOINT inner_one');
  await context.sql.query('RELEASE SAVEPOINT outer_one');
  await commit(context, happened);
}

async function rolledBack(context: TransactionContext): Promise<void> {
  await begin(context);
  await someMoves(context);
  await context.sql.query('ROLLBACK');
}

async function twoPhase(context: TransactionContext): Promise<void> {
  await begin(context);
  const happened = await someMoves({ ...context, moves: context.moves.filter(({ rings }) => rings !== true) });
  await context.sql.query(`PREPARE TRANSACTION '${context.preparedName}'`);
  await sleep(context.random.below(400));
  await context.sql.query(`COMMIT PREPARED '${context.preparedName}'`);
  context.tally.committed += 1;
  for (const name of happened) context.tally.count(name);
}

async function insertThenDelete(context: TransactionContext): Promise<void> {
  const { sql, random } = context;
  const values = noteValues(random);
  await begin(context);
  const inserted = await insert(sql, values);
  await commit(context, []);
  await begin(context);
  const deleted = await touched(sql, 'DELETE FROM trial_notes WHERE id = $1', [values[0]]);
  await commit(context, inserted && deleted ? ['insert and delete in one window'] : []);
}

async function deleteThenInsert(context: TransactionContext): Promise<void> {
  const { sql, random } = context;
  const id = random.pick(NOTE_IDS);
  await begin(context);
  const deleted = await touched(sql, 'DELETE FROM trial_notes WHERE id = $1', [id]);
  await commit(context, []);
  await begin(context);
  const inserted = await insert(sql, noteValues(random, id));
  await commit(context, deleted && inserted ? ['delete and insert again with another owner'] : []);
}

/** A membership that is interrupted between two transactions, so quickly that servers read all of it at once, or just not. */
async function enrolLeaveEnrol(context: TransactionContext): Promise<void> {
  const { sql, random } = context;
  const place = await pickRow<{ member: string; course: string }>(
    context,
    `SELECT u.id AS member, c.id AS course FROM users u CROSS JOIN courses c WHERE u.id = ANY ($1::text[])`,
    [CLIENT_PEOPLE],
  );
  if (place === undefined) return;
  const values = [place.member, place.course];
  let steps = 0;
  for (const text of [
    'INSERT INTO enrollments (user_id, course_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    'DELETE FROM enrollments WHERE user_id = $1 AND course_id = $2',
    'INSERT INTO enrollments (user_id, course_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
  ]) {
    await begin(context);
    if (await touched(sql, text, values)) steps += 1;
    await commit(context, steps === 3 ? [INTERRUPTED] : []);
    if (random.chance(0.3)) await sleep(random.below(200));
  }
}

function insert(sql: pg.Client, values: readonly unknown[]): Promise<boolean> {
  return touched(
    sql,
    `INSERT INTO trial_notes (id, owner, reviewer, team, visibility, body, secret, hidden) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
    values,
  );
}
