import { createHash, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { keptSecret } from '../auth/kept-secret.ts';
import type { Config } from '../config.ts';
import { OperatorError } from '../operator-error.ts';
import { errorCode } from '../database/connection.ts';

/** The secret of who runs this server. Compared without telling by its duration how much was right; never logged. */
export type OperatorToken = {
  readonly matches: (candidate: string) => boolean;
  /** Where a person finds it; undefined when it came from the environment. */
  readonly file: string | undefined;
};

/** The token of the environment, else the one kept in the data folder. Throws `OperatorError`. */
export async function openOperatorToken({
  operatorToken,
  dataFolder,
}: Pick<Config, 'operatorToken' | 'dataFolder'>): Promise<OperatorToken> {
  if (operatorToken !== undefined) return { matches: matcher(operatorToken), file: undefined };
  const file = join(dataFolder, 'operator-token');
  try {
    return { matches: matcher(await keptSecret(file)), file };
  } catch (cause) {
    if (cause instanceof OperatorError) throw cause;
    throw new OperatorError(
      `The operator's token could not be kept in ${file} (${errorCode(cause) ?? 'unknown reason'}).`,
      'Choose another folder with ELIRA_DATA, or set ELIRA_OPERATOR_TOKEN.',
      { cause },
    );
  }
}

function matcher(token: string): (candidate: string) => boolean {
  const expected = digest(token);
  return (candidate) => timingSafeEqual(digest(candidate), expected);
}

/** Of equal length whatever was sent, as the comparison needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
