import type { IncomingMessage, ServerResponse } from 'node:http';
import { LIMITS, Problem } from '@elira/protocol';
import type { MutatingUser, MutatorTransaction } from '@elira/rules';
import {
  makeWriteDoor,
  readMutations,
  type FlushedAnswer,
  type FlushRow,
  type LedgerAnswer,
  type Log,
  type WriteDoor,
} from '@elira/sync-server';
import type { Cluster } from '../database/cluster.ts';
import type { ModelTransaction } from '../database/model-transaction.ts';
import { PERSON_HEADER } from '../world/people.ts';
import { SIMULATION_MUTATORS } from '../world/simulation-mutators.ts';
import { refuse } from './simulated-server.ts';

/** Milliseconds of a way to the database, at most, and between two looks at a lock. */
const WAY_MS = 8;
const LOCK_MS = 5;
/** Milliseconds that a lock is waited for. */
const PATIENCE_MS = 3_000;

type Open = MutatorTransaction & { readonly model: ModelTransaction; readonly user: string };

/** The real door for writing, on the model's transactions. */
export function openModelDoor(cluster: Cluster, onCommit: () => void, log: Log): WriteDoor<MutatingUser> {
  return makeWriteDoor<MutatingUser>({
    mutators: SIMULATION_MUTATORS,
    transaction: ({ id }, _, work) => inTransaction(cluster, id, work),
    ledger: {
      find: (tx, id) => find((tx as Open).model, id, cluster),
      write: async (tx, id, name, answer) => record((tx as Open).model, { id, name, answer, user: (tx as Open).user }),
    },
    flush: (_, batch) => inTransaction(cluster, '', ({ model }) => flush(model, batch, cluster)),
    refusalOf: (error) => (error instanceof Problem ? error : undefined),
    onCommit,
    log,
    // The database's clock: the server's own may be wrong by hours.
    now: () => cluster.wall(),
  });
}

/** `POST /mutations`: an array, answered in its order. */
export async function answerMutations(
  request: IncomingMessage,
  response: ServerResponse,
  door: WriteDoor<MutatingUser>,
): Promise<void> {
  response.on('error', () => undefined);
  try {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const mutations = readMutations(JSON.parse(Buffer.concat(pieces).toString()), LIMITS);
    const answers = await door.decide({ id: String(request.headers[PERSON_HEADER]) }, mutations);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answers));
  } catch (error) {
    if (!response.destroyed)
      refuse(response, error instanceof Problem ? error : new Problem('internal', undefined, { cause: error }));
  }
}

/** Whoever is in it when the database goes does not know whether it was committed. */
async function inTransaction<T>(cluster: Cluster, user: string, work: (open: Open) => Promise<T>): Promise<T> {
  await way(cluster);
  if (!cluster.isUp) throw new Problem('database_unavailable');
  const model = cluster.begin();
  cluster.sessions.set(model, cluster.time.current);
  const statement = async (text: string, values: unknown[] = []): Promise<{ rows: never[]; rowCount: number | null }> => {
    await way(cluster);
    check(cluster, model);
    if (text === 'SAVEPOINT effect') model.savepoint('effect');
    else if (text === 'ROLLBACK TO SAVEPOINT effect') model.rollbackTo('effect');
    else if (text === 'write') await writeSlate(cluster, model, values as [string, number, string]);
    else throw new Error(`the model's door does not know “${text}”`);
    return { rows: [], rowCount: null };
  };
  try {
    const result = await work({ query: statement, model, user });
    await way(cluster);
    check(cluster, model);
    model.commit(cluster.time.now);
    cluster.sessions.delete(model);
    await way(cluster);
    // Committed; but whether anybody hears of it is another matter.
    if (cluster.current !== model.history || !cluster.isUp) throw new Problem('database_unavailable');
    return result;
  } catch (error) {
    if (!model.isOver) model.rollback();
    cluster.sessions.delete(model);
    throw error;
  }
}

async function find(model: ModelTransaction, id: string, cluster: Cluster): Promise<LedgerAnswer | undefined> {
  await locked(cluster, model, 'mutations', id);
  const row = model.row('mutations', id);
  return row === undefined ? undefined : (JSON.parse(String(row['answer'])) as LedgerAnswer);
}

type Entry = { readonly id: string; readonly name: string; readonly answer: LedgerAnswer; readonly user: string };

function record(model: ModelTransaction, { id, name, answer, user }: Entry): void {
  model.insert('mutations', [{ id, user_id: user, name, status: answer.status, answer: JSON.stringify(answer) }]);
}

async function writeSlate(
  cluster: Cluster,
  model: ModelTransaction,
  [slate, seq, user]: readonly [string, number | undefined, string],
): Promise<void> {
  await locked(cluster, model, 'slate', slate);
  if (model.row('slate', slate) === undefined) model.insert('slate', [{ id: slate, user_id: user, seq: seq ?? 0, writes: 1 }]);
  else model.update('slate', [slate], (row) => ({ ...row, seq: seq ?? row['seq'] ?? 0, writes: Number(row['writes']) + 1 }));
}

/** In the order of the ids and of the slates, as every batch takes its locks. */
async function flush(
  model: ModelTransaction,
  batch: readonly FlushRow[],
  cluster: Cluster,
): Promise<ReadonlyMap<string, FlushedAnswer>> {
  const answers = new Map<string, FlushedAnswer>();
  for (const { id, userId, args } of batch.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const known = await find(model, id, cluster);
    const answer: LedgerAnswer = known ?? { status: 'applied', answer: { result: null } };
    answers.set(id, answer);
    if (known !== undefined) continue;
    await writeSlate(cluster, model, [(args as { slate: string }).slate, undefined, userId]);
    record(model, { id, name: 'slate.count', answer, user: userId });
  }
  return answers;
}

async function locked(cluster: Cluster, model: ModelTransaction, table: string, key: string): Promise<void> {
  const since = cluster.time.now;
  while (!model.isFree(table, key)) {
    if (cluster.time.now - since > PATIENCE_MS) throw Object.assign(new Error('deadlock'), { code: '40P01' });
    await pause(LOCK_MS);
    check(cluster, model);
  }
  model.lock(table, key);
}

function check(cluster: Cluster, model: ModelTransaction): void {
  if (model.isOver || cluster.current !== model.history || !cluster.isUp) throw new Problem('database_unavailable');
}

function way(cluster: Cluster): Promise<void> {
  return pause(cluster.random.next() * WAY_MS);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
