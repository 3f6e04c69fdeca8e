import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TOKEN_FORM, type Config } from '../config.ts';
import { OperatorError } from '../operator-error.ts';
import { errorCode } from '../database/connection.ts';

/** The secret of who runs this server. Compared without telling by its duration how much was right; never logged. */
export type OperatorToken = {
  readonly matches: (candidate: string) => boolean;
  /** Where a person finds it; undefined when it came from the environment. */
  readonly file: string | undefined;
};

const TOKEN_BYTES = 32;

/**
 * The token of the environment, else the one in the data folder, made there (mode 0600) by the first server that starts. It
 * outlives restarts; removing the file and restarting makes another. Throws `OperatorError`.
 */
export async function openOperatorToken({
  operatorToken,
  dataFolder,
}: Pick<Config, 'operatorToken' | 'dataFolder'>): Promise<OperatorToken> {
  if (operatorToken !== undefined) return { matches: matcher(operatorToken), file: undefined };
  const file = join(dataFolder, 'operator-token');
  try {
    await mkdir(dataFolder, { recursive: true });
    const token = (await create(file)) ?? (await existing(file));
    return { matches: matcher(token), file };
  } catch (cause) {
    if (cause instanceof OperatorError) throw cause;
    throw new OperatorError(
      `The operator's token could not be kept in ${file} (${errorCode(cause) ?? 'unknown reason'}).`,
      'Choose another folder with ELIRA_DATA, or set ELIRA_OPERATOR_TOKEN.',
      { cause },
    );
  }
}

/** Undefined when the file is there already. */
async function create(file: string): Promise<string | undefined> {
  const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
    if (errorCode(error) === 'EEXIST') return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  try {
    await handle.writeFile(`${token}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return token;
}

/** Milliseconds between looks at a file that another server has made and not yet written, and how many. */
const LOOK_MS = 20;
const LOOKS = 25;

async function existing(file: string): Promise<string> {
  for (let look = 1; ; look += 1) {
    const token = (await readFile(file, 'utf8')).trim();
    if (TOKEN_FORM.test(token)) {
      await chmod(file, 0o600);
      return token;
    }
    if (look === LOOKS)
      throw new OperatorError(`${file} does not hold a token.`, 'Remove the file; the next start makes a new one.');
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
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
