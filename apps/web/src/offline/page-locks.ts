/**
 * Which versions are on somebody's screen. Every page holds a lock that names the script it began with, for as long as it is there: a
 * browser that ends a page ends its locks, so nobody needs to say goodbye.
 */
const PREFIX = 'elira-page ';

/** A lock as `navigator.locks.query()` tells of it. Its clientId is not that of the worker's clients, not in Chromium at least. */
export type HeldLock = { readonly name?: string };

export function pageLock(entry: string): string {
  return PREFIX + entry;
}

/**
 * Pure. The scripts that the open pages began with; undefined while one of `pages` pages has not said so yet, and nothing may be thrown
 * away.
 */
export function entriesInUse(pages: number, held: readonly HeldLock[]): ReadonlySet<string> | undefined {
  const entries = held.flatMap(({ name = '' }) => (name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : []));
  return entries.length < pages ? undefined : new Set(entries);
}
