import { closeSync, openSync } from 'node:fs';
import { open, stat, truncate } from 'node:fs/promises';

/** Bytes of PostgreSQL's log above which it is cut at the next start or look; only its end is of use. */
const LOG_LIMIT_BYTES = 16 * 1024 * 1024;
const TAIL_BYTES = 16 * 1024;

/** Opens the log for appending and gives the descriptor to `use`, which passes it to the server. */
export function withLogFile<T>(path: string, use: (descriptor: number) => T): T {
  const descriptor = openSync(path, 'a', 0o600);
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Empties a log that has outgrown its limit. The server appends, so it goes on at the new end. */
export async function limitLog(path: string): Promise<void> {
  if ((await logSize(path)) > LOG_LIMIT_BYTES) await truncate(path, 0);
}

export async function logSize(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

/** What was written after `offset` bytes, at most the last 16 KB of it. */
export async function logSince(path: string, offset: number): Promise<string> {
  const size = await logSize(path);
  const from = Math.max(Math.min(offset, size), size - TAIL_BYTES);
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
