import type { ClientBase } from 'pg';
import type { FastifyRequest } from 'fastify';
import { Problem } from '@elira/protocol';
import type { AppPool } from '../database/app-pool.ts';
import { errorCode } from '../database/connection.ts';
import type { WhoAsks } from './request-viewer.ts';

/**
 * The way of a request to the database: in: a request; out: what `work` made of it, under row-level security as whoever asks. The
 * promise: nobody's statements run as somebody else, and what was committed is on its way to the screens.
 */
export type Door = {
  /** For whoever is signed in, and for the operator. */
  readonly read: <T>(request: FastifyRequest, work: (client: ClientBase) => Promise<T>) => Promise<T>;
  /** For people alone: what is written has an author. Run again when two transactions stood in each other's way. */
  readonly write: <T>(request: FastifyRequest, work: (client: ClientBase, userId: string) => Promise<T>) => Promise<T>;
};

/** Times a transaction is tried before its request is refused. */
const ATTEMPTS = 3;
const COLLISIONS = new Set(['40001', '40P01']);

export function makeDoor({
  pool,
  whoAsks,
  onWrite,
}: {
  readonly pool: AppPool;
  readonly whoAsks: WhoAsks;
  /** Called after each commit. */
  readonly onWrite: () => void;
}): Door {
  return {
    read: async (request, work) => {
      const { viewer } = await whoAsks(request.headers);
      if (viewer.kind === 'anonymous') throw new Problem('not_signed_in');
      return await pool.as(viewer, work);
    },
    write: async (request, work) => {
      const { viewer } = await whoAsks(request.headers);
      if (viewer.kind === 'anonymous') throw new Problem('not_signed_in');
      if (viewer.kind === 'operator') throw new Problem('forbidden', 'What is written has an author: sign in as a person.');
      for (let attempt = 1; ; attempt += 1) {
        try {
          const result = await pool.as(viewer, (client) => work(client, viewer.id));
          onWrite();
          return result;
        } catch (error) {
          if (attempt === ATTEMPTS || !COLLISIONS.has(errorCode(error) ?? '')) throw error;
        }
      }
    },
  };
}
