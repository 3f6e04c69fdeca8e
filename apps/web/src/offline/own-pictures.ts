import { ownPictures } from './pictures.ts';

/** From now on this person's pictures are kept in this browser, and nobody else's. Never rejects. */
export async function keepPicturesOf(userId: string | undefined): Promise<void> {
  // Browsers have no caches on addresses that are not safe, and may refuse them.
  const { caches } = window as { readonly caches?: CacheStorage };
  if (caches === undefined) return;
  const alone = async (name: string, work: () => Promise<void>): Promise<void> => {
    await navigator.locks.request(name, work);
  };
  await ownPictures(userId, { caches, alone }).catch(() => undefined);
}
