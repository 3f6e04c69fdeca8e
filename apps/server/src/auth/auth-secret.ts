import { join } from 'node:path';
import type { Config } from '../config.ts';
import { errorCode } from '../database/connection.ts';
import { OperatorError } from '../operator-error.ts';
import { keptSecret } from './kept-secret.ts';

/**
 * What session cookies are signed with: of the environment, else kept in the data folder. Servers that share a database in production
 * must share the secret too, so there it has to be given. Throws `OperatorError`.
 */
export async function authSecret({
  authSecret: given,
  production,
  databaseUrl,
  dataFolder,
}: Pick<Config, 'authSecret' | 'production' | 'databaseUrl' | 'dataFolder'>): Promise<string> {
  if (given !== undefined) return given;
  if (production && databaseUrl !== undefined) {
    throw new OperatorError(
      'ELIRA_AUTH_SECRET is not set. In production with a DATABASE_URL it signs the sessions of every server.',
      'Make one once, for example with `openssl rand -hex 32`, and give the same to every server.',
    );
  }
  const file = join(dataFolder, 'auth-secret');
  try {
    return await keptSecret(file);
  } catch (cause) {
    if (cause instanceof OperatorError) throw cause;
    throw new OperatorError(
      `The secret that signs sessions could not be kept in ${file} (${errorCode(cause) ?? 'unknown reason'}).`,
      'Choose another folder with ELIRA_DATA, or set ELIRA_AUTH_SECRET.',
      { cause },
    );
  }
}
