/** What is needed of a browser's `window`; any Window fits. */
export type WakingPage = Pick<EventTarget, 'addEventListener' | 'removeEventListener'> & {
  readonly document: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> & { readonly visibilityState: string };
};

/** What lives with a page; a SyncClient does. */
export type Sleeper = { readonly wake: () => void; readonly suspend: () => void; readonly resume: () => void };

/**
 * Wakes `client` when the network comes back or the page is looked at again: timers of a hidden page ring late, and a wait of
 * up to 5 s is no welcome. Suspends it while the page is frozen or lies in the back-forward cache, where it would hold up other tabs, and keep
 * the browser from caching the page. Returns the way to end it.
 */
export function wakeWithPage(client: Sleeper, page: WakingPage): () => void {
  const wakeIfShown = (): void => void (page.document.visibilityState === 'visible' && client.wake());
  const on = [
    [page, 'online', () => client.wake()],
    [page, 'pageshow', () => client.resume()],
    [page, 'pagehide', () => client.suspend()],
    [page.document, 'visibilitychange', wakeIfShown],
    [page.document, 'freeze', () => client.suspend()],
    [page.document, 'resume', () => client.resume()],
  ] as const;
  for (const [target, event, listener] of on) target.addEventListener(event, listener);
  return () => {
    for (const [target, event, listener] of on) target.removeEventListener(event, listener);
  };
}
