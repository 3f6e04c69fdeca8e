import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem } from '@elira/protocol';
import type { SyncEngine } from '@elira/sync-server';
import type { AppPool } from '../database/app-pool.ts';
import { described } from '../http/api-description.ts';
import type { OperatorToken } from '../http/operator-token.ts';
import { isOperator, type WhoAsks } from '../http/request-viewer.ts';
import { id, time } from '../openapi/shapes.ts';
import { isAdmin } from '../viewer.ts';
import { openPrometheus } from './prometheus.ts';
import { getSyncMetrics } from './sync-metrics.ts';

/** The servers that run, as they stand in `sync_servers`: the same rows that admins' streams carry. */
const SERVERS = `
  SELECT id, started_at AS "startedAt", seen_at AS "seenAt", metrics FROM sync_servers
  WHERE seen_at > now() - interval '30 seconds' ORDER BY started_at, id`;

/**
 * `GET /api/sync/metrics`: what this server does, and what each of them told last (at most five seconds ago), for admins; the operator
 * is told of this server alone.
 * `GET /metrics`: the same and more for Prometheus, for who holds the operator's token.
 */
export function registerMetricsRoutes(
  app: FastifyInstance,
  {
    pool,
    engine,
    token,
    whoAsks,
  }: { readonly pool: AppPool; readonly engine: SyncEngine; readonly token: OperatorToken; readonly whoAsks: WhoAsks },
): void {
  const prometheus = openPrometheus(engine);
  app.get('/api/sync/metrics', described(METRICS), async (request) => {
    const { viewer } = await whoAsks(request.headers);
    if (viewer.kind === 'anonymous') throw new Problem('not_signed_in');
    if (!isAdmin(viewer)) throw new Problem('forbidden');
    const own = getSyncMetrics(engine);
    // The rows of all servers are for people: row-level security shows the operator what is in courses alone.
    if (viewer.kind === 'operator') return own;
    const { rows } = await pool.as(viewer, (client) => client.query(SERVERS));
    return { ...own, servers: rows };
  });
  app.get('/metrics', described(PROMETHEUS), async (request, reply) => {
    if (!isOperator(request.headers, token))
      throw new Problem('not_signed_in', "Send the operator's token as: Authorization: Bearer <token>.");
    return await reply
      .header('cache-control', 'no-store')
      .type(prometheus.contentType)
      .send(await prometheus.text());
  });
}

const METRICS = {
  tag: 'operation',
  summary: 'What this server does, and each of them',
  who: 'admin',
  answers: {
    200: {
      says: 'Since this server started. `servers` is for people alone.',
      schema: z.looseObject({
        connectedClients: z.int(),
        adminConnections: z.int(),
        userConnections: z.int(),
        messagesSent: z.int(),
        errors: z.int(),
        rowsMended: z.int(),
        uptime: z.number(),
        servers: z.array(z.strictObject({ id, startedAt: time, seenAt: time, metrics: z.looseObject({}) })).optional(),
      }),
    },
  },
} as const;

const PROMETHEUS = {
  tag: 'operation',
  summary: 'The same and more for Prometheus',
  who: 'operator',
  answers: { 200: { says: 'In its text format.', type: 'text/plain' } },
} as const;
