import { mutators } from '@elira/mutations';
import { Problem } from '@elira/protocol';
import { makeWriteDoor, type FlushedAnswer, type WriteDoor } from '@elira/sync-server';
import type { Logger } from 'pino';
import type { AppPool } from '../database/app-pool.ts';
import type { FlushPool } from '../database/flush-pool.ts';
import { databaseProblem } from '../http/database-problem.ts';
import type { Viewer } from '../viewer.ts';
import { ledger } from './ledger.ts';

/** A person who writes, as the request found them. */
export type Writer = Extract<Viewer, { kind: 'user' }>;

/** The one door for writing: all mutators of Elira, on this database. */
export function openWrites({
  pool,
  flushPool,
  onWrite,
  log,
}: {
  readonly pool: AppPool;
  readonly flushPool: FlushPool;
  /** Called after each commit. */
  readonly onWrite: () => void;
  readonly log: Logger;
}): WriteDoor<Writer> {
  return makeWriteDoor<Writer>({
    mutators,
    ledger,
    transaction: (writer, mutationId, work) =>
      pool.as(writer, (client) => work({ query: (text, values) => client.query(text, values) }), mutationId),
    flush: async (sqlFunction, batch) => {
      const rows = await flushPool.call<{ id: string } & FlushedAnswer>(sqlFunction, batch);
      return new Map(rows.map(({ id, ...answer }) => [id, answer as FlushedAnswer]));
    },
    refusalOf: (error) => (error instanceof Problem ? error : databaseProblem(error)),
    onCommit: onWrite,
    log,
  });
}
