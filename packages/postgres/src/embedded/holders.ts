import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isTokenAlive, processToken } from './start-lock.ts';

/**
 * Who uses the running server: one file per user, naming its process. The last one to leave stops the server; files of
 * processes that died count for nothing. All calls under the start lock.
 */
export async function enterHolder(folder: string): Promise<string> {
  const path = join(folder, 'holders', `${process.pid}-${randomBytes(4).toString('hex')}`);
  await mkdir(join(folder, 'holders'), { recursive: true });
  await writeFile(path, (await processToken()) ?? '');
  return path;
}

/** Takes `holder` off the list and tells whether anybody else still uses the server. */
export async function leaveHolder(folder: string, holder: string): Promise<{ othersRemain: boolean }> {
  await unlink(holder).catch(() => undefined);
  let othersRemain = false;
  for (const name of await readdir(join(folder, 'holders')).catch(() => [])) {
    const path = join(folder, 'holders', name);
    const token = await readFile(path, 'utf8').catch(() => '');
    if (await isTokenAlive(token)) othersRemain = true;
    else await unlink(path).catch(() => undefined);
  }
  return { othersRemain };
}

/** A new server has no users yet, whoever used the one that died. */
export async function forgetHolders(folder: string): Promise<void> {
  await rm(join(folder, 'holders'), { recursive: true, force: true });
}
