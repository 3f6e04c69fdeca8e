import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { LIMITS, MOST_BUCKETS, Problem } from '@elira/protocol';
import type { SyncEngine } from '@elira/sync-server';
import { described } from './api-description.ts';
import { replyToError, sendProblem } from './problem-replies.ts';
import type { WhoAsks } from './request-viewer.ts';
import { streamViewer } from './stream-viewer.ts';

/** `POST /api/sync/integrity`: whether a client's rows are the database's, and what mends those that are not (docs/protocol.md). */
export function registerIntegrityRoute(
  app: FastifyInstance,
  { engine, whoAsks }: { readonly engine: SyncEngine; readonly whoAsks: WhoAsks },
): void {
  const viewer = streamViewer(whoAsks);
  app.post('/api/sync/integrity', {
    ...described(INTEGRITY),
    bodyLimit: LIMITS.checkBytes,
    errorHandler: (error, request, reply) =>
      error.statusCode === 413 ? void sendProblem(reply, new Problem('too_large')) : void replyToError(error, request, reply),
    handler: async (request, reply) => {
      const answer = await engine.checkIntegrity(request.body, () => viewer(request.headers));
      return await reply.type('application/json; charset=utf-8').send(answer);
    },
  });
}

const scope = z.string().meta({ description: 'as in the hello' });
const hash = z.string().regex(/^[0-9a-f]{16}$/);
const bucket = z
  .int()
  .min(0)
  .max(MOST_BUCKETS - 1);
const table = z.string();
const key = z.string();

const INTEGRITY = {
  tag: 'synchronisation',
  summary: 'Whether rows that a client holds are the database’s',
  description:
    'First with `digests`: which buckets of rows differ is told. Then with `rows`, the hashes of all that is held in these: what mends them is told, ' +
    'of scopes that the cursor vouches for and the session holds now. docs/protocol.md says how they are made.',
  who: 'everybody',
  body: z.strictObject({
    cursor: z.string().meta({ description: 'Where the rows stand' }),
    digests: z.array(z.strictObject({ scope, sums: z.array(hash).min(1).max(MOST_BUCKETS) })).optional(),
    rows: z
      .array(
        z.strictObject({
          scope,
          of: z.int().min(1).max(MOST_BUCKETS).meta({ description: 'Number of buckets, a power of two' }),
          buckets: z.array(bucket),
          rows: z.array(z.tuple([table, key, hash])),
        }),
      )
      .optional(),
  }),
  answers: {
    200: {
      says: 'What differs, and what mends it.',
      schema: z.strictObject({
        differ: z.array(z.strictObject({ scope, buckets: z.array(bucket) })),
        deltas: z.array(
          z.strictObject({
            scope,
            put: z.record(table, z.array(z.tuple([key, z.record(z.string(), z.unknown())]))).optional(),
            drop: z.record(table, z.array(key)).optional(),
          }),
        ),
      }),
    },
  },
  problems: [
    'cursor_invalid',
    'epoch_changed',
    'access_changed',
    'too_large',
    'too_many_requests',
    'too_many_scopes',
    'too_busy',
  ],
} as const;
