/** What one version of the application consists of. Made when it is built (`apps/web/build/service-worker.ts`). */
export type Shell = {
  /** Another text whenever any file is another. */
  readonly version: string;
  /** The script that the page begins with: a page that does not name it belongs to another version. */
  readonly entry: string;
  /** Addresses of everything but the page itself. */
  readonly files: readonly string[];
};

/** Where every address of the application leads. */
export const PAGE = '/';
export const SHELL_CACHES = 'elira-shell-';
/** Files fetched at the same time while a version is taken in. */
export const FETCHES_AT_ONCE = 6;
/** Milliseconds that the network has for the page before the one that is kept is shown. */
export const PAGE_MS = 4000;

export type ShellSurroundings = {
  readonly caches: CacheStorage;
  readonly fetch: typeof fetch;
};

/**
 * Takes a version in: all of it, or nothing. Files under hashed names that an earlier version brought are not fetched again. Rejects
 * when the server has another version by now; the browser then looks for it sooner or later.
 */
export async function installShell({ version, entry, files }: Shell, { caches, fetch }: ShellSurroundings): Promise<void> {
  const name = SHELL_CACHES + version;
  const cache = await caches.open(name);
  const queue = [PAGE, ...files];
  const takeIn = async (): Promise<void> => {
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      const isHashed = path.startsWith('/assets/');
      const known = isHashed ? await caches.match(path, { ignoreVary: true }) : undefined;
      const response = known ?? (await fetch(path, { cache: isHashed ? 'default' : 'reload' }));
      if (!response.ok) throw new Error(`${path} of this version cannot be had: status ${response.status}`);
      if (path === PAGE && !(await response.clone().text()).includes(entry))
        throw new Error('the server has another version by now');
      await cache.put(path, response);
    }
  };
  try {
    await Promise.all(Array.from({ length: FETCHES_AT_ONCE }, takeIn));
  } catch (error) {
    queue.splice(0);
    await caches.delete(name);
    throw error;
  }
}

/**
 * The page: the server's, so that whoever is online has the newest version, and the one that is kept when the server does not answer,
 * answers with a failure, or takes too long.
 */
export async function servePage(
  request: Request,
  { version }: Shell,
  { caches, fetch }: ShellSurroundings,
  patienceMs: number = PAGE_MS,
): Promise<Response> {
  const kept = await caches.match(PAGE, { cacheName: SHELL_CACHES + version, ignoreVary: true });
  const asked = fetch(request);
  if (kept === undefined) return asked;
  const isUp = asked.then(
    (response) => (response.status < 500 ? response : kept),
    () => kept,
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Response>((resolve) => (timer = setTimeout(() => resolve(kept), patienceMs)));
  try {
    return await Promise.race([isUp, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A file, from whichever version holds it: names under /assets/ mean one content for ever. Others are this version's own. */
export async function serveFile(request: Request, { version }: Shell, { caches, fetch }: ShellSurroundings): Promise<Response> {
  const { pathname } = new URL(request.url);
  const own = await caches.match(pathname, { cacheName: SHELL_CACHES + version, ignoreVary: true });
  const kept = own ?? (pathname.startsWith('/assets/') ? await caches.match(pathname, { ignoreVary: true }) : undefined);
  return kept ?? fetch(request);
}
