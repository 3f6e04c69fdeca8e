import type { ClientBase } from 'pg';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem } from '@elira/protocol';
import { described } from '../http/api-description.ts';
import type { Door } from '../http/door.ts';
import { readAs, uuid } from '../http/read-request.ts';
import { id as anId, pageOf, time } from '../openapi/shapes.ts';

/** Most versions of one answer. */
const PAGE_ROWS = 100;

const number = z.coerce.number().int().min(1).max(2_147_483_647);
const PARAMS = z.object({ id: uuid });
const PAGE = z.object({ before: number.optional() });
const ONE = z.object({ id: uuid, version: number });
const TWO = z.object({ id: uuid, version: number, other: z.union([z.literal('draft'), number]) });

/** `/api/admin/courses/:id/versions`: what was live, the newest first; what stood in one; what differs from one to another, or to `draft`. */
export function registerVersionRoutes(app: FastifyInstance, door: Door): void {
  app.get('/api/admin/courses/:id/versions', described(LIST), async (request) => {
    const { id } = readAs(PARAMS, request.params);
    const { before } = readAs(PAGE, request.query);
    return await door.read(request, (client) => listVersions(client, id, before));
  });
  app.get('/api/admin/courses/:id/versions/:version', described(READ), async (request) => {
    const { id, version } = readAs(ONE, request.params);
    return await door.read(request, (client) => readVersion(client, id, version));
  });
  app.get('/api/admin/courses/:id/versions/:version/diff/:other', described(COMPARE), async (request) => {
    const { id, version, other } = readAs(TWO, request.params);
    return await door.read(request, (client) => compareVersions(client, id, version, other));
  });
}

/** By kind, how many of it stand in the version. */
const LISTED = `
  SELECT json_build_object('version', v.version, 'publishedAt', v.published_at, 'entries', (
    SELECT json_object_agg(n.entity_type, n.count) FROM (
      SELECT e.entity_type, count(*) FROM course_version_entries e
      WHERE e.course_id = v.course_id AND e.version = v.version GROUP BY e.entity_type) n)) AS version
  FROM course_versions v WHERE v.course_id = $1 AND ($2::integer IS NULL OR v.version < $2) ORDER BY v.version DESC LIMIT $3`;

type Listed = { readonly version: { readonly version: number } };

async function listVersions(client: ClientBase, id: string, before: number | undefined): Promise<unknown> {
  await requireSeen(client, id);
  const { rows } = await client.query<Listed>(LISTED, [id, before ?? null, PAGE_ROWS + 1]);
  const versions = rows.slice(0, PAGE_ROWS).map(({ version }) => version);
  return rows.length > PAGE_ROWS ? { versions, next: versions.at(-1)?.version } : { versions };
}

async function readVersion(client: ClientBase, id: string, version: number): Promise<unknown> {
  const publishedAt = await requireVersion(client, id, version);
  const { rows } = await client.query<{ entity: unknown }>(
    `SELECT json_build_object('entityType', v.entity_type, 'entityId', v.entity_id, 'revision', v.revision, 'content', v.content) AS entity
     FROM course_version_content($1, $2) v ORDER BY v.entity_type, v.content ->> 'position' COLLATE "C", v.entity_id`,
    [id, version],
  );
  return { version, publishedAt, entities: rows.map(({ entity }) => entity) };
}

async function compareVersions(client: ClientBase, id: string, from: number, to: number | 'draft'): Promise<unknown> {
  await requireVersion(client, id, from);
  if (to !== 'draft') await requireVersion(client, id, to);
  const { rows } = await client.query<{ difference: unknown }>(
    `SELECT json_build_object('entityType', d.entity_type, 'entityId', d.entity_id, 'change', d.change, 'name', d.name,
       'parentId', d.parent_id, 'fields', d.fields) AS difference
     FROM course_diff($1, $2, $3) d ORDER BY d.entity_type, d.entity_id`,
    [id, from, to === 'draft' ? null : to],
  );
  return { from, to, differences: rows.map(({ difference }) => difference) };
}

async function requireSeen(client: ClientBase, id: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM courses WHERE id = $1', [id]);
  if (rowCount === 0) throw new Problem('not_found');
}

/** When it was published, as PostgreSQL writes it. Throws `Problem` not_found. */
async function requireVersion(client: ClientBase, id: string, version: number): Promise<string> {
  const { rows } = await client.query<{ at: string }>(
    'SELECT to_json(published_at) AS at FROM course_versions WHERE course_id = $1 AND version = $2',
    [id, version],
  );
  if (rows[0] === undefined) throw new Problem('not_found');
  return rows[0].at;
}

const kind = z.enum(['course', 'module', 'lesson', 'quiz', 'question', 'option']);
const COMMON = { tag: 'versions', who: 'signed-in', problems: ['not_found'] } as const;

const LIST = {
  ...COMMON,
  summary: 'What was live, the newest first',
  params: PARAMS,
  query: PAGE,
  answers: {
    200: {
      says: 'Each with how many of each kind stood in it; `next` is the version to go on from, where there are more.',
      schema: pageOf(
        'versions',
        z.strictObject({ version: z.int(), publishedAt: time, entries: z.partialRecord(kind, z.int()) }),
        z.int(),
      ),
    },
  },
} as const;

const READ = {
  ...COMMON,
  summary: 'What stood in a version',
  params: ONE,
  answers: {
    200: {
      says: 'Every row of it, answer keys included.',
      schema: z.strictObject({
        version: z.int(),
        publishedAt: time,
        entities: z.array(z.strictObject({ entityType: kind, entityId: anId, revision: z.int(), content: z.looseObject({}) })),
      }),
    },
  },
} as const;

const COMPARE = {
  ...COMMON,
  summary: 'What differs from one version to another, or to `draft`',
  params: TWO,
  answers: {
    200: {
      says: 'Row by row, and in each field by field.',
      schema: z.strictObject({
        from: z.int(),
        to: z.union([z.int(), z.literal('draft')]),
        differences: z.array(
          z.strictObject({
            entityType: kind,
            entityId: anId,
            change: z.string(),
            name: z.string().nullable(),
            parentId: anId.nullable(),
            fields: z.unknown(),
          }),
        ),
      }),
    },
  },
} as const;
