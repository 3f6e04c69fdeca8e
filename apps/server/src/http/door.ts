import type { ClientBase } from 'pg';
import type { FastifyRequest } from 'fastify';
import { makeUuidV7, Problem, timeOfUuidV7, type ProblemDocument } from '@elira/protocol';
import type { WriteDoor } from '@elira/sync-server';
import type { AppPool } from '../database/app-pool.ts';
import type { Writer } from '../write/open-writes.ts';
import type { WhoAsks } from './request-viewer.ts';

/**
 * The way of a request to the database: in: a request; out: what was read, or what became of a mutation, under row-level security as
 * whoever asks. The promise: nobody's statements run as somebody else, and everything that is written is a mutation.
 */
export type Door = {
  /** For whoever is signed in, and for the operator. */
  readonly read: <T>(request: FastifyRequest, work: (client: ClientBase) => Promise<T>) => Promise<T>;
  /** Who writes: people alone, since what is written has an author. */
  readonly writer: (request: FastifyRequest) => Promise<Writer>;
  /**
   * Has a mutation decided, under the id in `Idempotency-Key` where that is one, and reads what is answered: in a transaction of its
   * own, after the commit. Throws `Problem` where it was not applied.
   */
  readonly mutate: <T, Result = unknown>(
    request: FastifyRequest,
    name: string,
    args: unknown,
    answer: (client: ClientBase, result: Result) => Promise<T>,
  ) => Promise<T>;
  /** The same, where the result is the answer, or nothing is. */
  readonly apply: <Result>(request: FastifyRequest, name: string, args: unknown) => Promise<Result>;
  readonly writes: WriteDoor<Writer>;
};

export function makeDoor({
  pool,
  whoAsks,
  writes,
}: {
  readonly pool: AppPool;
  readonly whoAsks: WhoAsks;
  readonly writes: WriteDoor<Writer>;
}): Door {
  const writer = async (request: FastifyRequest): Promise<Writer> => {
    const { viewer } = await whoAsks(request.headers);
    if (viewer.kind === 'anonymous') throw new Problem('not_signed_in');
    if (viewer.kind === 'operator') throw new Problem('forbidden', 'What is written has an author: sign in as a person.');
    return viewer;
  };
  const applyAs = async (viewer: Writer, request: FastifyRequest, name: string, args: unknown): Promise<unknown> => {
    const [answer] = await writes.decide(viewer, [{ id: mutationId(request), name, args }]);
    if (answer?.status === 'applied') return answer.result;
    throw new AnsweredProblem(answer?.problem ?? new Problem('internal').toDocument());
  };
  return {
    writes,
    writer,
    read: async (request, work) => {
      const { viewer } = await whoAsks(request.headers);
      if (viewer.kind === 'anonymous') throw new Problem('not_signed_in');
      return await pool.as(viewer, work);
    },
    mutate: async <T, Result>(
      request: FastifyRequest,
      name: string,
      args: unknown,
      answer: (client: ClientBase, result: Result) => Promise<T>,
    ) => {
      const viewer = await writer(request);
      const result = (await applyAs(viewer, request, name, args)) as Result;
      return await pool.as(viewer, (client) => answer(client, result));
    },
    apply: async <Result>(request: FastifyRequest, name: string, args: unknown) =>
      (await applyAs(await writer(request), request, name, args)) as Result,
  };
}

/** The client's own, so that it may send the request again after an answer got lost; else a new one. */
function mutationId({ headers }: FastifyRequest): string {
  const key = headers['idempotency-key'];
  return typeof key === 'string' && timeOfUuidV7(key) !== undefined ? key.toLowerCase() : makeUuidV7();
}

/** What a mutation was answered, as the answer to a request. */
class AnsweredProblem extends Problem {
  readonly document: ProblemDocument;

  constructor(document: ProblemDocument) {
    super(document.code, document.detail);
    this.document = document;
  }

  override toDocument(): ProblemDocument {
    return this.document;
  }
}
