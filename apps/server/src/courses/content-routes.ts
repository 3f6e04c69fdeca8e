import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Door } from '../http/door.ts';
import { readAs, uuid } from '../http/read-request.ts';
import type { ContentKind } from './content-kind.ts';
import { deleteContent, makeContent, saveContent } from './content-rows.ts';

const PARAMS = z.object({ id: uuid });

/** Making, saving and deleting rows of one kind: `POST <parent>/:id/<kind>`, `PUT` and `DELETE <kind>/:id`. */
export function registerContentRoutes(app: FastifyInstance, door: Door, kind: ContentKind): void {
  app.post(`${kind.parent.path}/:id/${kind.table}`, async (request, reply) => {
    const { id } = readAs(PARAMS, request.params);
    const values = readAs(kind.made, request.body);
    const row = await door.write(request, (client) => makeContent(client, kind, id, values));
    return await reply.code(201).send(row);
  });
  app.put(`${kind.path}/:id`, async (request) => {
    const { id } = readAs(PARAMS, request.params);
    const values = readAs(kind.saved, request.body);
    return await door.write(request, (client) => saveContent(client, kind, id, values));
  });
  app.delete(`${kind.path}/:id`, async (request, reply) => {
    const { id } = readAs(PARAMS, request.params);
    await door.write(request, (client) => deleteContent(client, kind, id));
    return await reply.code(204).send();
  });
}
