import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TOKEN_FORM } from '../config.ts';
import { errorCode } from '../database/connection.ts';
import { OperatorError } from '../operator-error.ts';

const SECRET_BYTES = 32;
/** Milliseconds between looks at a file that another server has made and not yet written, and how many. */
const LOOK_MS = 20;
const LOOKS = 25;

/**
 * The secret in `file`, made there (mode 0600) by the first server that asks. It outlives restarts; removing the file and restarting
 * makes another. Throws `OperatorError` where the file holds something else, and errors of the file system.
 */
export async function keptSecret(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  return (await create(file)) ?? (await existing(file));
}

/** Undefined when the file is there already. */
async function create(file: string): Promise<string | undefined> {
  const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
    if (errorCode(error) === 'EEXIST') return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  try {
    await handle.writeFile(`${secret}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return secret;
}

async function existing(file: string): Promise<string> {
  for (let look = 1; ; look += 1) {
    const secret = (await readFile(file, 'utf8')).trim();
    if (TOKEN_FORM.test(secret)) {
      await chmod(file, 0o600);
      return secret;
    }
    if (look === LOOKS)
      throw new OperatorError(`${file} does not hold a secret.`, 'Remove the file; the next start makes a new one.');
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
