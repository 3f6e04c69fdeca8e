import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem } from '@elira/protocol';
import type { SyncEngine } from '@elira/sync-server';
import type { AppPool } from '../database/app-pool.ts';
import { described } from './api-description.ts';
import type { OperatorToken } from './operator-token.ts';
import { isOperator } from './request-viewer.ts';

/** Milliseconds the database may take to answer before it counts as not answering. */
const ANSWER_MS = 2_000;
/** Remedies name tables and SQL, which is nobody's business but the operator's. */
const WITHHELD = "Ask here with the operator's token what to do.";

/**
 * `/healthz` says that the process serves: restart it when it does not. `/readyz` says that what it serves is fresh: send it no
 * users while it is not.
 */
export function registerHealthRoutes(
  app: FastifyInstance,
  { pool, engine, token }: { readonly pool: AppPool; readonly engine: SyncEngine; readonly token: OperatorToken },
): void {
  app.get('/healthz', described(HEALTH), () => ({ status: 'serving' }));
  app.get('/readyz', described(READINESS), async (request) => {
    const tellsRemedies = isOperator(request.headers, token);
    await requireAnswer(pool);
    const { fresh, ageMs, epoch, problem, warnings = [] } = engine.health();
    if (problem !== undefined) throw new Problem(problem.code, tellsRemedies ? problem.detail : WITHHELD);
    if (!fresh) throw new Problem('reader_stale', `The last successful read was ${Math.round(ageMs / 1000)} s ago.`);
    const told = warnings.map(({ code, detail }) => ({ code, ...(tellsRemedies ? { detail } : {}) }));
    return { status: 'ready', ageMs, epoch, ...(told.length === 0 ? {} : { warnings: told }) };
  });
}

const HEALTH = {
  tag: 'operation',
  summary: 'Whether the process serves',
  who: 'everybody',
  answers: { 200: { says: 'It does.', schema: z.strictObject({ status: z.literal('serving') }) } },
} as const;

const READINESS = {
  tag: 'operation',
  summary: 'Whether what it serves is fresh',
  description: "Send it no users while it is not. Remedies are told to who sends the operator's token.",
  who: 'everybody',
  answers: {
    200: {
      says: 'It is; with the milliseconds since the last successful read.',
      schema: z.strictObject({
        status: z.literal('ready'),
        ageMs: z.number(),
        epoch: z.string().nullish(),
        warnings: z.array(z.strictObject({ code: z.string(), detail: z.string().optional() })).optional(),
      }),
    },
  },
  problems: ['reader_stale', 'capture_incomplete', 'shutting_down'],
} as const;

async function requireAnswer(pool: AppPool): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Problem('database_unavailable', 'It did not answer in time.')), ANSWER_MS);
  });
  try {
    await Promise.race([pool.as({ kind: 'anonymous' }, (client) => client.query('SELECT 1')), late]);
  } finally {
    clearTimeout(timer);
  }
}
