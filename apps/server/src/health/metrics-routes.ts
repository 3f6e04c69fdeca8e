import type { FastifyInstance } from 'fastify';
import { Problem } from '@elira/protocol';
import type { SyncEngine } from '@elira/sync-server';
import type { AppPool } from '../database/app-pool.ts';
import type { OperatorToken } from '../http/operator-token.ts';
import { isOperator, type WhoAsks } from '../http/request-viewer.ts';
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
  app.get('/api/sync/metrics', async (request) => {
    const { viewer } = await whoAsks(request.headers);
    if (viewer.kind === 'anonymous') throw new Problem('not_signed_in');
    if (!isAdmin(viewer)) throw new Problem('forbidden');
    const own = getSyncMetrics(engine);
    // The rows of all servers are for people: row-level security shows the operator what is in courses alone.
    if (viewer.kind === 'operator') return own;
    const { rows } = await pool.as(viewer, (client) => client.query(SERVERS));
    return { ...own, servers: rows };
  });
  app.get('/metrics', async (request, reply) => {
    if (!isOperator(request.headers, token))
      throw new Problem('not_signed_in', "Send the operator's token as: Authorization: Bearer <token>.");
    return await reply
      .header('cache-control', 'no-store')
      .type(prometheus.contentType)
      .send(await prometheus.text());
  });
}
