import { z } from 'zod';

// Every schema is made after this: a browser under our policy runs no code that was a text, and says so when it is tried.
z.config({ jitless: true });

/** An id of ours. */
export const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'must be a UUID');
/** As the tables hold it: varchar(255). */
export const title = z.string().trim().min(1).max(255);
/** Whether publishing takes a row along. */
export const status = z.enum(['draft', 'ready']);
/** The version that a save is based on. */
export const version = z.int().min(1).max(2_147_483_647);

/** How somebody decided who had changed the same as somebody else: what of the two was kept, or that something else was written. */
const way = z.enum(['mine', 'theirs', 'both', 'own']);
/** Clashes of one field that somebody can have decided at once. */
const MOST_CLASHES = 1_000;

export type Way = z.infer<typeof way>;

/** By field. A long text may have more than one clash. */
export type Resolved = Readonly<Record<string, readonly Way[]>>;

/**
 * The schema of a save: the version it is based on, at least one of `fields`, in `base`, for those who have them, what these fields were
 * at that version, and in `resolved` how conflicts were decided that came before it. `also`: what else stands beside them, such as the id.
 */
export function savedOf<Also extends z.ZodRawShape>(
  fields: z.ZodRawShape,
  also: Also,
): z.ZodType<z.infer<z.ZodObject<Also>> & Save> {
  const base = z.strictObject(Object.fromEntries(Object.keys(fields).map((name) => [name, z.unknown().optional()])));
  const resolved = z.strictObject(
    Object.fromEntries(Object.keys(fields).map((name) => [name, z.array(way).min(1).max(MOST_CLASHES).optional()])),
  );
  const optional = Object.fromEntries(
    Object.entries(fields).map(([name, schema]) => [name, z.optional(schema as z.ZodType)] as const),
  );
  return z
    .strictObject({ ...also, version, base: base.optional(), resolved: resolved.optional(), ...optional })
    .refine((value) => Object.keys(fields).some((name) => name in value), 'names nothing to change') as unknown as z.ZodType<
    z.infer<z.ZodObject<Also>> & Save
  >;
}

/** What every save carries; the fields themselves stand beside it. */
export type Save = {
  readonly version: number;
  readonly base?: Readonly<Record<string, unknown>> | undefined;
  readonly resolved?: Resolved | undefined;
} & Readonly<Record<string, unknown>>;
