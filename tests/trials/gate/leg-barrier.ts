import { setTimeout as sleep } from 'node:timers/promises';
import { mark, selectAs } from '../barrier.ts';
import type { TrialClient } from '../clients/trial-client.ts';
import { sqlFile, type TrialDatabase } from '../database/trial-database.ts';
import type { HistoryFile, OracleRow } from '../history.ts';
import { PEOPLE } from '../people.ts';
import type { CrowdHandle } from './crowd-handle.ts';

/** Longest time until everybody has passed, in milliseconds: twice what the longest wait before a connection takes. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 25;

/**
 * A barrier of the gate: nobody writes, a marker goes into every scope, and everybody passes it. The oracle selects once as each person,
 * however many clients are theirs, and each process writes down what its clients hold.
 */
export async function legBarrier(options: {
  readonly number: number;
  readonly name: string;
  readonly database: TrialDatabase;
  readonly clients: readonly TrialClient[];
  readonly crowds: readonly CrowdHandle[];
  readonly history: HistoryFile;
  readonly onMarked: () => void;
}): Promise<{ passed: boolean; milliseconds: number }> {
  const { number, name, database, clients, crowds, history } = options;
  const began = performance.now();
  await mark(database, number);
  options.onMarked();
  const banned = (await database.query<{ id: string }>('SELECT id FROM users WHERE banned')).map(({ id }) => id);
  const told = { kind: 'wait', number, banned, patienceMs: PATIENCE_MS } as const;
  const late = (
    await Promise.all([
      waitFor(clients, number, new Set(banned)),
      ...crowds.map((crowd) => crowd.tell<'wait'>(told).then((answer) => answer.late)),
    ])
  ).flat();
  const milliseconds = Math.round(performance.now() - began);
  for (const { client, detail } of late) history.write({ kind: 'stalled', number, client, detail });
  const { oracle, visible } = await database.inSnapshot(async (sql) => ({
    oracle: (await sql.query<OracleRow>(sqlFile('oracle-rows.sql'))).rows,
    visible: await selectAs(
      sql,
      PEOPLE.filter(({ client }) => client).map(({ id }) => ({ viewer: { name: id, user: id } })),
    ),
  }));
  const stores = clients.map((client) => ({ client: client.viewer.name, scopes: client.stored() }));
  history.write({ kind: 'barrier', number, name, oracle, visible, stores: [] });
  for (const store of stores) history.write({ kind: 'store', number, ...store });
  await Promise.all(crowds.map((crowd) => crowd.tell<'write stores'>({ kind: 'write stores', number })));
  return { passed: late.length === 0, milliseconds };
}

async function waitFor(
  clients: readonly TrialClient[],
  number: number,
  banned: ReadonlySet<string>,
): Promise<{ client: string; detail: string }[]> {
  const deadline = performance.now() + PATIENCE_MS;
  let late = [...clients];
  while (late.length > 0 && performance.now() < deadline) {
    await sleep(LOOK_MS);
    late = late.filter((client) => !client.passed(number, banned));
  }
  return late.map((client) => ({ client: client.viewer.name, detail: client.standing() }));
}
