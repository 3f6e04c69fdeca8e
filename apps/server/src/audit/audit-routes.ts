import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem } from '@elira/protocol';
import { described } from '../http/api-description.ts';
import type { Door } from '../http/door.ts';
import { readAs, uuid } from '../http/read-request.ts';
import { id as anId } from '../openapi/shapes.ts';
import { AUDIT_ENTRY, AUDIT_FILTERS, listAudit } from './list-audit.ts';

const PARAMS = z.object({ id: uuid });

/**
 * Who changed what: of one course, for its authors and administrators; of everything, where administrators find roles and bans as well.
 * Written by triggers alone (sql/0018_audit_activity.sql).
 */
export function registerAuditRoutes(app: FastifyInstance, door: Door): void {
  app.get('/api/admin/courses/:id/audit', described(OF_COURSE), async (request) => {
    const { id } = readAs(PARAMS, request.params);
    const filters = readAs(AUDIT_FILTERS, request.query);
    return await door.read(request, async (client) => {
      const course = await client.query('SELECT FROM courses WHERE id = $1', [id]);
      if (course.rowCount === 0) throw new Problem('not_found');
      return await listAudit(client, id, filters);
    });
  });
  app.get('/api/admin/audit', described(OF_ALL), async (request) => {
    const filters = readAs(AUDIT_FILTERS, request.query);
    return await door.read(request, (client) => listAudit(client, undefined, filters));
  });
}

const COMMON = {
  tag: 'authoring',
  who: 'signed-in',
  query: AUDIT_FILTERS,
  answers: {
    200: {
      says: 'The newest first; `next`, where there is more, is the id to go on from with `before`.',
      schema: z.strictObject({ entries: z.array(AUDIT_ENTRY), next: anId.optional() }),
    },
  },
} as const;

const OF_COURSE = {
  ...COMMON,
  summary: 'Who changed what in a course, a page at a time',
  params: PARAMS,
  problems: ['not_found'],
} as const;

const OF_ALL = {
  ...COMMON,
  summary: 'Who changed what, a page at a time',
  description: 'To administrators everything, roles and bans included; to authors what concerns their courses.',
} as const;
