import { servePicture } from './pictures.ts';
import { installShell, serveFile, servePage, type Shell } from './shell.ts';
import { tidyShells } from './tidy-shells.ts';
import { whatToAnswer } from './what-to-answer.ts';

/**
 * What stands between the pages of this browser and the network, so that they open without one.
 *
 * In: requests of pages, new versions. Out: the page and its files from what was taken in, pictures that were seen. The promise: a page
 * never gets files of two versions, and what only the server may say is never said by anybody else.
 */
type Waiting = { readonly waitUntil: (work: Promise<unknown>) => void };
type Fetching = Waiting & { readonly request: Request; readonly respondWith: (response: Promise<Response>) => void };

/** What is needed of a worker's own scope, whose types are not those of a page. */
type Scope = {
  readonly location: { readonly origin: string };
  readonly registration: Pick<ServiceWorkerRegistration, 'installing' | 'waiting'>;
  readonly serviceWorker: Pick<ServiceWorker, 'state'>;
  readonly skipWaiting: () => Promise<void>;
  readonly clients: {
    readonly claim: () => Promise<void>;
    readonly matchAll: (options: object) => Promise<readonly unknown[]>;
  };
  readonly addEventListener: ((kind: 'install' | 'activate' | 'message', listener: (event: Waiting) => void) => void) &
    ((kind: 'fetch', listener: (event: Fetching) => void) => void);
};

/** Put in its place when the application is built. */
declare const SHELL: Shell;

const scope = globalThis as unknown as Scope;
const shell = SHELL;
const files = new Set(shell.files);
const network = { caches, fetch: (...args: Parameters<typeof fetch>) => fetch(...args) };
const alone = async (name: string, work: () => Promise<void>): Promise<void> => {
  await navigator.locks.request(name, work);
};

const tidy = (): Promise<void> =>
  tidyShells(shell, {
    caches,
    isNewest: () =>
      scope.serviceWorker.state === 'activated' &&
      scope.registration.installing === null &&
      scope.registration.waiting === null,
    pages: async () => (await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })).length,
    held: async () => (await navigator.locks.query()).held ?? [],
  });

scope.addEventListener('install', (event) => {
  // Taken over at once: whichever version a page shows, its files are found.
  event.waitUntil(installShell(shell, network).then(() => scope.skipWaiting()));
});
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));
// A page says that it is there, and that one which it followed may be gone.
scope.addEventListener('message', (event) => event.waitUntil(tidy()));
scope.addEventListener('fetch', (event) => {
  const { request } = event;
  switch (whatToAnswer(request, scope.location.origin, files)) {
    case 'page':
      return event.respondWith(servePage(request, shell, network));
    case 'file':
      return event.respondWith(serveFile(request, shell, network));
    case 'picture':
      return event.respondWith(servePicture(request, { ...network, alone, later: (work) => event.waitUntil(work) }));
    default:
      return undefined;
  }
});
