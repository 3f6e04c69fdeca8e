import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { mutators } from '@elira/mutations';
import { LIMITS, Problem } from '@elira/protocol';
import { readMutations } from '@elira/sync-server';
import { described } from '../http/api-description.ts';
import type { Door } from '../http/door.ts';
import { replyToError, sendProblem } from '../http/problem-replies.ts';
import { PROBLEM } from '../openapi/shapes.ts';

/** Requests of one person that one server decides at the same time. A client sends one at a time, but may be several. */
const AT_ONCE = 16;

/** `POST /api/sync/mutations`: an array of mutations, answered in its order (docs/protocol.md, Writing). */
export function registerMutationRoute(app: FastifyInstance, door: Door): void {
  const underway = new Map<string, number>();
  app.post('/api/sync/mutations', {
    ...described(MUTATIONS),
    bodyLimit: LIMITS.mutationBytes,
    errorHandler: (error, request, reply) =>
      error.statusCode === 413 ? void sendProblem(reply, new Problem('too_large')) : void replyToError(error, request, reply),
    handler: async (request) => {
      const writer = await door.writer(request);
      // A cookie may have become somebody else's since these were made: nobody's changes are written as another's.
      const maker = request.headers['x-elira-user'];
      if (maker !== undefined && maker !== writer.id)
        throw new Problem('not_signed_in', 'Somebody else made these changes: sign in as them to send them.');
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

const mutationId = z.string().meta({ format: 'uuid', description: 'UUIDv7' });
/** One of them for each mutator, by its name. */
const [first, ...others] = [...mutators.values()].map(({ name, args }) =>
  z.strictObject({ id: mutationId, name: z.literal(name), args: args instanceof z.ZodType ? args : z.unknown() }),
);
const mutation = first === undefined ? z.never() : z.union([first, ...others]);
const answer = z.union([
  z.strictObject({ id: mutationId, status: z.literal('applied'), result: z.unknown() }),
  z.strictObject({ id: mutationId, status: z.enum(['refused', 'unknown']), problem: PROBLEM }),
]);

const MUTATIONS = {
  tag: 'synchronisation',
  summary: 'The one door for writing',
  description:
    'Mutations under ids of the client, decided one after the other; a refused one does not stop the others. Sent again under the same id, ' +
    'each is applied once and answered alike, for 90 days. What is `unknown` is to be sent again.',
  who: 'person',
  body: z.array(mutation).min(1).max(LIMITS.mutationsPerRequest),
  answers: { 200: { says: 'What became of each, in the order sent.', schema: z.array(answer) } },
  problems: ['too_large', 'too_many_requests', 'too_busy'],
} as const;
