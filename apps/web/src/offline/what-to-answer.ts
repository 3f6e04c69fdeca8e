/** What the service worker does about a request; undefined: nothing, the browser goes on as if there were none. */
export type Answering = 'page' | 'file' | 'picture' | undefined;

export type Asked = { readonly method: string; readonly mode: string; readonly url: string };

/** The address of a lesson's picture: the hash of its bytes. */
const PICTURE = /^\/api\/media\/[0-9a-f]{64}$/;

/**
 * Pure. Answers of the API are never kept and never given from a cache, but for pictures, and neither is what signs in or the stream:
 * these requests do not even pass through the worker.
 */
export function whatToAnswer({ method, mode, url }: Asked, origin: string, files: ReadonlySet<string>): Answering {
  const asked = new URL(url);
  if (method !== 'GET' || asked.origin !== origin) return undefined;
  const { pathname } = asked;
  if (PICTURE.test(pathname)) return mode === 'navigate' ? undefined : 'picture';
  if (/^\/api(?:\/|$)/.test(pathname)) return undefined;
  if (mode === 'navigate') return /\.[^/]*$/.test(pathname) ? undefined : 'page';
  // Files of another version, too: whoever still shows it may ask for more of it.
  return files.has(pathname) || pathname.startsWith('/assets/') ? 'file' : undefined;
}
