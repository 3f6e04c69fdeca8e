import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem } from '@elira/protocol';
import { described } from '../http/api-description.ts';
import type { Door } from '../http/door.ts';
import { readAs } from '../http/read-request.ts';
import { PICTURE_TYPES } from './picture-type.ts';

const PARAMS = z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits') });
const YEAR_SECONDS = 31_536_000;
/** A picture runs nothing and loads nothing, also where it is opened by itself. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'";

/**
 * `GET /api/media/:hash`: a picture, for who may read a lesson that shows it. Its address is the hash of its bytes, so it is kept for
 * ever, by that person's browser alone: `Vary: Cookie` (api-hooks.ts) keeps it from the next one.
 */
export function registerMediaRoute(app: FastifyInstance, door: Pick<Door, 'read'>): void {
  app.get('/api/media/:hash', described(PICTURE), async (request, reply) => {
    const { hash } = readAs(PARAMS, request.params);
    const picture = await door.read(request, async (client) => {
      const { rows } = await client.query<{ content_type: string; bytes: Buffer }>('SELECT * FROM read_media($1)', [hash]);
      return rows[0];
    });
    const type = PICTURE_TYPES.find((one) => one === picture?.content_type);
    if (picture === undefined || type === undefined) throw new Problem('not_found');
    void reply
      .header('cache-control', `private, max-age=${YEAR_SECONDS}, immutable`)
      .header('etag', `"${hash}"`)
      .header('content-security-policy', POLICY)
      .header('cross-origin-resource-policy', 'same-origin');
    // Asked for only after it was found that the picture may be seen.
    if (request.headers['if-none-match'] === `"${hash}"`) return await reply.code(304).send();
    return await reply.header('content-type', type).send(picture.bytes);
  });
}

const PICTURE = {
  tag: 'learning',
  summary: 'A picture of a lesson',
  description:
    'For who may read a lesson that shows it. Its address is the hash of its bytes, and never means another picture.',
  who: 'signed-in',
  params: PARAMS,
  answers: {
    200: { says: 'PNG, JPEG, GIF, WebP, AVIF or SVG.', type: 'image/*' },
    304: { says: 'It is the one of If-None-Match.' },
  },
  problems: ['not_found'],
} as const;
