/**
 * Pictures of the lessons that somebody read, for reading them again without a network. In: the answers to /api/media. Out: the same, when
 * the server cannot be asked. The promise: they are one person's, who asked for them with their own cookie; with whoever signs out
 * they go, and nothing is kept for nobody.
 *
 * The page makes the cache when somebody is there and removes it with them; the worker only fills one that is there. Both hold the
 * lock meanwhile: a picture that arrives late makes no cache anew.
 */
export const PICTURE_CACHES = 'elira-pictures-';
/** Pictures kept; the one that came first makes room. */
export const PICTURES_MOST = 300;
/** Bytes of a picture that is kept. */
export const PICTURE_BYTES = 4 * 1024 * 1024;

export type PictureSurroundings = {
  readonly caches: CacheStorage;
  /** Runs `work` while nobody else in this browser does work of this name. */
  readonly alone: (name: string, work: () => Promise<void>) => Promise<void>;
};

const LOCK = 'elira-pictures';

/** Keeps pictures for this person from now on, and none of anybody else's. Undefined: for nobody. */
export async function ownPictures(userId: string | undefined, { caches, alone }: PictureSurroundings): Promise<void> {
  const own = userId === undefined ? undefined : PICTURE_CACHES + userId;
  await alone(LOCK, async () => {
    for (const name of await caches.keys()) if (name.startsWith(PICTURE_CACHES) && name !== own) await caches.delete(name);
    if (own !== undefined) await caches.open(own);
  });
}

export type ServePicture = PictureSurroundings & {
  readonly fetch: typeof fetch;
  /** Lets `work` go on after the answer was given. */
  readonly later: (work: Promise<void>) => void;
};

/** The server's answer: who may see a picture is its to say. What is kept only stands in for a server that does not answer. */
export async function servePicture(request: Request, around: ServePicture): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    const response = await around.fetch(request);
    if (response.status === 200) around.later(keep(pathname, response.clone(), around));
    if (response.status < 500) return response;
    return (await kept(pathname, around)) ?? response;
  } catch (error) {
    const picture = await kept(pathname, around);
    if (picture !== undefined) return picture;
    throw error;
  }
}

async function kept(path: string, { caches }: PictureSurroundings): Promise<Response | undefined> {
  const name = await theCache(caches);
  return name === undefined ? undefined : caches.match(path, { cacheName: name, ignoreVary: true });
}

async function keep(path: string, response: Response, { caches, alone }: PictureSurroundings): Promise<void> {
  const body = await response.blob();
  if (body.size > PICTURE_BYTES) return;
  await alone(LOCK, async () => {
    const name = await theCache(caches);
    if (name === undefined) return;
    const cache = await caches.open(name);
    if ((await cache.match(path, { ignoreVary: true })) !== undefined) return;
    await cache.put(path, new Response(body, { headers: { 'content-type': response.headers.get('content-type') ?? '' } }));
    const all = await cache.keys();
    for (const one of all.slice(0, Math.max(0, all.length - PICTURES_MOST))) await cache.delete(one);
  });
}

async function theCache(caches: CacheStorage): Promise<string | undefined> {
  return (await caches.keys()).find((name) => name.startsWith(PICTURE_CACHES));
}
