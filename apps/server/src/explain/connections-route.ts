import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem } from '@elira/protocol';
import type { SyncEngine } from '@elira/sync-server';
import { described } from '../http/api-description.ts';
import type { OperatorToken } from '../http/operator-token.ts';
import { readAs } from '../http/read-request.ts';
import { isOperator } from '../http/request-viewer.ts';

/** `GET /api/sync/connections`: the open streams of one person on this server, and what they were sent of one row. For `elira explain`. */
export function registerConnectionsRoute(
  app: FastifyInstance,
  { engine, token }: { readonly engine: SyncEngine; readonly token: OperatorToken },
): void {
  app.get('/api/sync/connections', described(CONNECTIONS), async (request) => {
    if (!isOperator(request.headers, token))
      throw new Problem('not_signed_in', "Send the operator's token as: Authorization: Bearer <token>.");
    const { user, table, key } = readAs(QUERY, request.query);
    return { connections: engine.connectionsOf(user, { table, key }) };
  });
}

const QUERY = z.strictObject({
  user: z.string().min(1).max(36).meta({ description: 'Id of a person' }),
  table: z.string().min(1).max(63),
  key: z.string().min(1).max(200),
});

/** As it goes over the wire. */
export const CONNECTION_REPORT = z.strictObject({
  standing: z.enum(['entering', 'live', 'behind', 'fetching', 'closed']),
  position: z.string().meta({ description: 'PostgreSQL’s text form of a snapshot' }),
  scopes: z.array(z.string()),
  waiting: z.int().meta({ description: 'Bytes in its socket' }),
  label: z.string().optional(),
  row: z.array(z.strictObject({ scope: z.string(), what: z.enum(['put', 'drop', 'reload']), batchesAgo: z.int() })),
});

const CONNECTIONS = {
  tag: 'operation',
  summary: 'The open streams of one person on this server, and what they were sent of a row',
  description: 'As far as this server’s memory reaches back; a row that has not changed since was sent with its scope.',
  who: 'operator',
  query: QUERY,
  answers: {
    200: { says: 'Those of this server alone.', schema: z.strictObject({ connections: z.array(CONNECTION_REPORT) }) },
  },
  problems: ['invalid_request'],
} as const;
