/** What is needed of a browser's `window`; any Window fits. */
export type WakingPage = Pick<EventTarget, 'addEventListener' | 'removeEventListener'> & {
  readonly document: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> & { readonly visibilityState: string };
};

/**
 * Wakes `client` when the network comes back or the page is looked at again: timers of a hidden page ring late, and a wait of
 * up to 8 s is no welcome. Returns the way to end it.
 */
export function wakeWithPage(client: { wake(): void }, page: WakingPage): () => void {
  const wake = (): void => client.wake();
  const wakeIfShown = (): void => void (page.document.visibilityState === 'visible' && client.wake());
  page.addEventListener('online', wake);
  page.addEventListener('pageshow', wake);
  page.document.addEventListener('visibilitychange', wakeIfShown);
  return () => {
    page.removeEventListener('online', wake);
    page.removeEventListener('pageshow', wake);
    page.document.removeEventListener('visibilitychange', wakeIfShown);
  };
}
