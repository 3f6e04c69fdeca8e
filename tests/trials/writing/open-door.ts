import { Problem } from '@elira/protocol';
import { makeWriteDoor, type FlushedAnswer, type Log, type WriteDoor } from '@elira/sync-server';
import type pg from 'pg';
import { openAppPool } from '../../../apps/server/src/database/app-pool.ts';
import { openFlushPool } from '../../../apps/server/src/database/flush-pool.ts';
import { databaseProblem } from '../../../apps/server/src/http/database-problem.ts';
import type { Role, Viewer } from '../../../apps/server/src/viewer.ts';
import { ledger } from '../../../apps/server/src/write/ledger.ts';
import { ALL_MUTATORS } from './trial-mutators.ts';

type Writer = Extract<Viewer, { kind: 'user' }>;
export type TrialDoor = {
  readonly door: WriteDoor<Writer>;
  readonly writerOf: (person: { readonly id: string; readonly role: Role }, sessionId: string) => Writer;
  readonly close: () => Promise<void>;
};

/** Few, so that they can be used up. */
const CONNECTIONS = 3;

/** Elira's door for writing with Elira's ledger, on the trial's database, taking what the trial counts besides. */
export function openDoor(connection: pg.ClientConfig, onCommit: () => void, log: Log): TrialDoor {
  const [pool, flushPool] = [openAppPool(connection, { connections: CONNECTIONS }), openFlushPool(connection)];
  const door = makeWriteDoor<Writer>({
    mutators: ALL_MUTATORS,
    ledger,
    transaction: (writer, mutationId, work) =>
      pool.as(writer, (client) => work({ query: (text, values) => client.query(text, values) }), mutationId),
    flush: async (sqlFunction, batch) => {
      const rows = await flushPool.call<{ id: string } & FlushedAnswer>(sqlFunction, batch);
      return new Map(rows.map(({ id, ...answer }) => [id, answer as FlushedAnswer]));
    },
    refusalOf: (error) => (error instanceof Problem ? error : databaseProblem(error)),
    onCommit,
    log,
  });
  return {
    door,
    writerOf: ({ id, role }, sessionId) => ({ kind: 'user', id, role, sessionId }),
    close: async () => {
      await door.stop();
      await Promise.all([pool.close(), flushPool.close()]);
    },
  };
}
