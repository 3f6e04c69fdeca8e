import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresFailure } from './postgres-failure.ts';
import { processFacts } from './process-table.ts';

/** Milliseconds another process may take to start or stop PostgreSQL in the same folder before we give up. */
const LOCK_PATIENCE_MS = 120_000;
const LOCK_POLL_MS = 40;

/** Names this process for ever, across reuse of its pid. */
export async function processToken(pid: number = process.pid): Promise<string | undefined> {
  const facts = await processFacts(pid);
  return facts === undefined || facts.zombie ? undefined : `${pid} ${facts.startedAt}`;
}

/** True while the process that a token names lives. */
export async function isTokenAlive(token: string): Promise<boolean> {
  const pid = Number(token.split(' ')[0]);
  return Number.isInteger(pid) && pid > 0 && (await processToken(pid)) === token.trim();
}

/**
 * Runs `action` while no other process does so for this folder. The lock of a process that died is taken over.
 * Throws `folder_in_use` after two minutes.
 */
export async function withStartLock<T>(
  folder: string,
  onProgress: (line: string) => void,
  action: () => Promise<T>,
): Promise<T> {
  const path = join(folder, 'start.lock');
  await acquire(path, onProgress);
  try {
    return await action();
  } finally {
    await unlink(path).catch(() => undefined);
  }
}

async function acquire(path: string, onProgress: (line: string) => void): Promise<void> {
  const token = (await processToken()) ?? `${process.pid} unknown`;
  const mine = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(mine, token);
  const giveUpAt = Date.now() + LOCK_PATIENCE_MS;
  let told = false;
  try {
    while (!(await tryLink(mine, path))) {
      const holder = await readFile(path, 'utf8').catch(() => undefined);
      if (holder !== undefined && !(await isTokenAlive(holder))) {
        await removeIfStill(path, holder);
        continue;
      }
      if (Date.now() > giveUpAt) throw inUse(path, holder);
      if (!told && holder !== undefined)
        onProgress(`Waiting for process ${holder.split(' ')[0]}, which is starting or stopping PostgreSQL in this folder`);
      told = true;
      await sleep(LOCK_POLL_MS);
    }
  } finally {
    await unlink(mine).catch(() => undefined);
  }
}

function inUse(path: string, holder: string | undefined): PostgresFailure {
  return new PostgresFailure(
    'folder_in_use',
    `Process ${holder?.split(' ')[0] ?? 'unknown'} has been starting or stopping PostgreSQL in this folder for two minutes.`,
    `End that process, or delete ${path} if it has nothing to do with Elira.`,
  );
}

async function tryLink(mine: string, path: string): Promise<boolean> {
  try {
    await link(mine, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes a dead process's lock. Two processes may find it dead at once, and the slower must not remove what the faster has
 * put in its place: the file is moved aside, looked at, and put back when it is not the dead one.
 */
async function removeIfStill(path: string, holder: string): Promise<void> {
  const aside = `${path}.${process.pid}.dead`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await readFile(aside, 'utf8').catch(() => holder);
  if (moved !== holder) await link(aside, path).catch(() => undefined);
  await unlink(aside).catch(() => undefined);
}
