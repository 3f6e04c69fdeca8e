import type { RouteOptions } from 'fastify';
import type { ProblemCode } from '@elira/protocol';
import type { z } from 'zod';

/** What the documentation is divided into, in its order. */
export const API_TAGS = {
  catalogue: 'What everybody may read.',
  learning: 'Taking part in a course.',
  authoring: 'The working side of courses, for their authors and for administrators.',
  versions: 'What was live, and what differs.',
  people: 'Signing in, up and out, and what administrators do with accounts.',
  synchronisation: 'The stream of changes and the one door for writing.',
  operation: 'Whether the server is well.',
} as const;

export type ApiAnswer = {
  /** In a sentence. */
  readonly says: string;
  /** Of a JSON body; absent for none. */
  readonly schema?: z.ZodType;
  /** Of a body that is no JSON. */
  readonly type?: string;
};

/** What a route tells of itself at /api/openapi.json: it stands beside the route, and a test holds the two together. */
export type ApiDescription = {
  readonly tag: keyof typeof API_TAGS;
  /** In a few words. */
  readonly summary: string;
  readonly description?: string;
  /**
   * Who may ask at all; which rows they see is decided by the database. `operator` is who holds the token, `person` who has a session,
   * `signed-in` either.
   */
  readonly who: 'everybody' | 'person' | 'signed-in' | 'admin' | 'operator';
  /** Of the address. The schemas that the route itself reads requests with. */
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** A write that may be sent again under its `Idempotency-Key`. */
  readonly repeatable?: true;
  /** By status. */
  readonly answers: Readonly<Record<number, ApiAnswer>>;
  /** Besides those that follow from the above. */
  readonly problems?: readonly ProblemCode[];
};

declare module 'fastify' {
  interface FastifyContextConfig {
    api?: ApiDescription;
  }
}

/** Options of a route, with its description. */
export function described(api: ApiDescription): Pick<RouteOptions, 'config'> {
  return { config: { api } };
}
