import type { FastifyInstance } from 'fastify';
import { LIMITS, Problem } from '@elira/protocol';
import { readMutations } from '@elira/sync-server';
import type { Door } from '../http/door.ts';
import { replyToError, sendProblem } from '../http/problem-replies.ts';

/** Requests of one person that one server decides at the same time. A client sends one at a time, but may be several. */
const AT_ONCE = 16;

/** `POST /api/sync/mutations`: an array of mutations, answered in its order (docs/protocol.md, Writing). */
export function registerMutationRoute(app: FastifyInstance, door: Door): void {
  const underway = new Map<string, number>();
  app.post('/api/sync/mutations', {
    bodyLimit: LIMITS.mutationBytes,
    errorHandler: (error, request, reply) =>
      error.statusCode === 413 ? void sendProblem(reply, new Problem('too_large')) : void replyToError(error, request, reply),
    handler: async (request) => {
      const writer = await door.writer(request);
      const mutations = readMutations(request.body, LIMITS);
      const count = (underway.get(writer.id) ?? 0) + 1;
      if (count > AT_ONCE) throw new Problem('too_many_requests');
      underway.set(writer.id, count);
      try {
        return await door.writes.decide(writer, mutations);
      } finally {
        const left = (underway.get(writer.id) ?? 1) - 1;
        if (left === 0) underway.delete(writer.id);
        else underway.set(writer.id, left);
      }
    },
  });
}
