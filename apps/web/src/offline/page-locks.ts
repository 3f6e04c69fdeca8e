/**
 * Which versions are on somebody's screen. Every page holds a lock that names the script it began with, for as long as it is there: a
 * browser that ends a page ends its locks, so nobody needs to say goodbye.
 */
const PREFIX = 'elira-page ';

/** A lock as `navigator.locks.query()` tells of it. */
export type HeldLock = { readonly name?: string; readonly clientId?: string };

export function pageLock(entry: string): string {
  return PREFIX + entry;
}

/**
 * Pure. The scripts that open pages began with; undefined while a page has not said so yet, and nothing may be thrown away.
 */
export function entriesInUse(pages: readonly string[], held: readonly HeldLock[]): ReadonlySet<string> | undefined {
  const entries = new Map<string, string>();
  for (const { name = '', clientId = '' } of held) {
    if (name.startsWith(PREFIX)) entries.set(clientId, name.slice(PREFIX.length));
  }
  return pages.every((id) => entries.has(id)) ? new Set(entries.values()) : undefined;
}
