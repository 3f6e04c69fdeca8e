import type { FastifyInstance } from 'fastify';
import type { ClientBase } from 'pg';
import { z } from 'zod';
import { rowSql, savedOf, type ContentKind, type SavedRow } from '@elira/mutations';
import { makeUuidV7, Problem } from '@elira/protocol';
import { described, type ApiDescription } from '../http/api-description.ts';
import type { Door } from '../http/door.ts';
import { readAs, uuid } from '../http/read-request.ts';
import { ROWS } from './course-shapes.ts';

const PARAMS = z.object({ id: uuid });

/** Making, saving and deleting rows of one kind: `POST <parent>/:id/<kind>`, `PUT` and `DELETE <kind>/:id`. */
export function registerContentRoutes(app: FastifyInstance, door: Door, kind: ContentKind): void {
  const { thing, table, parent } = kind;
  const made = z.strictObject(kind.made);
  const saved = savedOf(kind.saved, {});
  const row = (client: ClientBase, { id }: SavedRow): Promise<unknown> => readContent(client, kind, id);

  const says = descriptions(kind, made, saved);

  app.post(`/api/admin/${parent.table}/:id/${table}`, described(says.make), async (request, reply) => {
    const { id: parentId } = readAs(PARAMS, request.params);
    const args = { ...readAs(made, request.body), id: makeUuidV7(), parentId };
    return await reply.code(201).send(await door.mutate(request, `${thing}.make`, args, row));
  });
  app.put(`/api/admin/${table}/:id`, described(says.save), async (request) => {
    const { id } = readAs(PARAMS, request.params);
    return await door.mutate(request, `${thing}.save`, { ...readAs(saved, request.body), id }, row);
  });
  app.delete(`/api/admin/${table}/:id`, described(says.remove), async (request, reply) => {
    const { id } = readAs(PARAMS, request.params);
    await door.apply(request, `${thing}.delete`, { id });
    return await reply.code(204).send();
  });
}

/** A row as its authors read it: camelCase, times as PostgreSQL writes them, to the microsecond. */
async function readContent(client: ClientBase, { table, columns }: ContentKind, id: string): Promise<unknown> {
  const { rows } = await client.query<{ row: unknown }>(
    `SELECT ${rowSql(columns, 'r')} AS row FROM ${table} r WHERE r.id = $1`,
    [id],
  );
  if (rows[0] === undefined) throw new Problem('not_found');
  return rows[0].row;
}

/** What the three routes of a kind say of themselves. */
function descriptions(
  { thing, table, parent }: ContentKind,
  made: z.ZodType,
  saved: z.ZodType,
): Readonly<Record<'make' | 'save' | 'remove', ApiDescription>> {
  const common = { tag: 'authoring', who: 'person', params: PARAMS, repeatable: true } as const;
  const article = thing === 'option' ? 'an' : 'a';
  return {
    make: {
      ...common,
      summary: `Make ${article} ${thing}`,
      description: `In the one of ${parent.table} that the address names; last among its siblings unless it says where.`,
      body: made,
      answers: { 201: { says: 'The new row.', schema: ROWS[table] } },
      problems: ['not_found'],
    },
    save: {
      ...common,
      summary: `Save ${article} ${thing}`,
      description:
        'As a course is saved. `deleted` marks it, or takes the mark away; publishing takes what is marked from learners.',
      body: saved,
      answers: { 200: { says: 'The row as it is now.', schema: ROWS[table] } },
      problems: ['not_found', 'version_conflict'],
    },
    remove: {
      ...common,
      summary: `Mark ${article} ${thing} as deleted`,
      answers: { 204: { says: 'It is marked.' } },
      problems: ['not_found'],
    },
  };
}
