import { pageLock } from './page-locks.ts';

const WORKER = '/sw.js';
/** Milliseconds between two looks for a new version while somebody moves about in the application. */
const LOOK_MS = 10 * 60_000;

/** What is needed of `window.trustedTypes`. */
type TrustedTypes = {
  readonly createPolicy: (
    name: string,
    rules: { createScriptURL(url: string): string },
  ) => { createScriptURL(url: string): string };
};

/**
 * Lets this page, and all that follow, be opened without a network. `entry` is the script that it began with. Never rejects: a browser
 * that keeps no worker opens pages online. Returns what is to be called when somebody moves to another page.
 */
export function startWorker(entry: string): () => void {
  const { serviceWorker } = navigator;
  // Only where it is allowed: on https, and on this machine.
  if (serviceWorker === undefined) return () => undefined;
  let [registration, lookedAt]: [ServiceWorkerRegistration | undefined, number] = [undefined, performance.now()];
  const start = async (): Promise<void> => {
    const wasUnguarded = serviceWorker.controller === null;
    await held(pageLock(new URL(entry).pathname));
    registration = await serviceWorker.register(workerAddress(), { updateViaCache: 'none' });
    const ready = await serviceWorker.ready;
    ready.active?.postMessage('here');
    if (wasUnguarded) await passOn();
  };
  start().catch(() => undefined);
  return () => {
    if (performance.now() - lookedAt < LOOK_MS) return;
    lookedAt = performance.now();
    registration?.update().catch(() => undefined);
  };
}

/** Takes a lock until this page is gone; settles when it has it. */
function held(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, { mode: 'shared' }, () => {
        resolve();
        return new Promise<never>(() => undefined);
      })
      .catch(reject);
  });
}

/** The policy for scripts takes no address as a text, not even this one. */
function workerAddress(): string {
  const { trustedTypes } = window as { readonly trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy('elira-worker', {
    createScriptURL(url) {
      if (url !== WORKER) throw new TypeError('that is not our worker');
      return url;
    },
  });
  return policy?.createScriptURL(WORKER) ?? WORKER;
}

/** Pictures that were shown before there was a worker to keep them; the browser has them still. */
async function passOn(): Promise<void> {
  const { serviceWorker } = navigator;
  if (serviceWorker.controller === null)
    await new Promise<void>((resolve) => serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true }));
  const pictures = performance
    .getEntriesByType('resource')
    .filter(({ name }) => new URL(name).pathname.startsWith('/api/media/'));
  await Promise.allSettled(pictures.map(({ name }) => fetch(name)));
}
