import { fileURLToPath } from 'node:url';
import type { ClientBase } from 'pg';
import { dumpSchema } from '@elira/postgres';

/** The dump that is kept beside the migrations, for people to read and for a test to compare. */
export const SCHEMA_FILE = fileURLToPath(new URL('../../sql/schema.sql', import.meta.url));

/** Everything the migrations made, as the catalogue tells it. */
export async function dumpedSchema(client: ClientBase): Promise<string> {
  return await dumpSchema(client, { schemas: ['public', 'sync'] });
}
