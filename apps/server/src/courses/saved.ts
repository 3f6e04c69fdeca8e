import { z } from 'zod';

/** The version that a save is based on. */
export const version = z.int().min(1).max(2_147_483_647);

/** The schema of a save: the version it is based on, and at least one of `fields`. */
export function savedOf(fields: z.ZodRawShape): z.ZodType<Readonly<Record<string, unknown>>> {
  return z.strictObject({ version, ...fields }).refine((value) => Object.keys(value).length > 1, 'names nothing to change');
}
