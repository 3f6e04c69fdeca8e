import { entriesInUse, type HeldLock } from './page-locks.ts';
import { SHELL_CACHES, type Shell } from './shell.ts';

export type TidySurroundings = {
  readonly caches: CacheStorage;
  /** Whether no newer version is being taken in, or has taken over. */
  readonly isNewest: () => boolean;
  /** How many pages are open. */
  readonly pages: () => Promise<number>;
  readonly held: () => Promise<readonly HeldLock[]>;
};

/** Throws versions away that no page shows any more. A page that is open keeps all of its files, however often the rest moved on. */
export async function tidyShells({ version }: Shell, { caches, isNewest, pages, held }: TidySurroundings): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(SHELL_CACHES) && name !== SHELL_CACHES + version);
  // Asked after the names were read: what a newer version takes in from now on is not among them.
  if (names.length === 0 || !isNewest()) return;
  const inUse = entriesInUse(await pages(), await held());
  if (inUse === undefined) return;
  for (const name of names) {
    const cache = await caches.open(name);
    const paths = (await cache.keys()).map(({ url }) => new URL(url).pathname);
    if (!paths.some((path) => inUse.has(path))) await caches.delete(name);
  }
}
