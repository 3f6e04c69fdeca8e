import { Problem } from '@elira/protocol';
import type { z } from 'zod';

/** Most faults that one refusal names, and most characters of it. */
const FAULTS_TOLD = 5;
const DETAIL_CHARACTERS = 500;

export { uuid } from '@elira/mutations';

/**
 * `value` as `schema` describes it. Throws `Problem` invalid_request that names each wrong field, and none of their values.
 * Schemas are strict objects: a field that is not described is a fault, not something to pass on.
 */
export function readAs<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.slice(0, FAULTS_TOLD).map(({ path, message }) => {
    return path.length === 0 ? message : `${path.join('.')}: ${message}`;
  });
  throw new Problem('invalid_request', faults.join('; ').slice(0, DETAIL_CHARACTERS));
}
