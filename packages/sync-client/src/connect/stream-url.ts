/**
 * The address of one connection. The cursor travels in it, not in a header: it is at most 1 KB, and a header of our own
 * would cost a second request (CORS preflight) wherever the page comes from another origin.
 */
export function streamUrl(base: string, scopes: readonly string[] = [], cursor?: string): string {
  const parameters = scopes.map((scope) => `scope=${encodeURIComponent(scope)}`);
  if (cursor !== undefined) parameters.push(`cursor=${encodeURIComponent(cursor)}`);
  if (parameters.length === 0) return base;
  return `${base}${base.includes('?') ? '&' : '?'}${parameters.join('&')}`;
}

/** The address of the mutations that belongs to a stream's. */
export function besideStream(url: string): string {
  const [path = ''] = url.split('?');
  return `${path.slice(0, path.lastIndexOf('/') + 1)}mutations`;
}
