export type StreamParameters = {
  readonly scopes?: readonly string[] | undefined;
  readonly cursor?: string | undefined;
  /** Whose stream it is to be: a cookie may be somebody else's by now. */
  readonly user?: string | undefined;
  /** Not a stream but a poll. */
  readonly waitSeconds?: number | undefined;
};

/**
 * The address of one connection. The cursor travels in it, not in a header: it is at most 1 KB, and a header of our own
 * would cost a second request (CORS preflight) wherever the page comes from another origin.
 */
export function streamUrl(base: string, { scopes = [], ...named }: StreamParameters): string {
  const { cursor, user, waitSeconds: wait } = named;
  const parameters = scopes.map((scope) => `scope=${encodeURIComponent(scope)}`);
  for (const [name, value] of Object.entries({ user, wait, cursor }))
    if (value !== undefined) parameters.push(`${name}=${encodeURIComponent(value)}`);
  if (parameters.length === 0) return base;
  return `${base}${base.includes('?') ? '&' : '?'}${parameters.join('&')}`;
}

/** The address of the mutations that belongs to a stream's. */
export function besideStream(url: string): string {
  const [path = ''] = url.split('?');
  return `${path.slice(0, path.lastIndexOf('/') + 1)}mutations`;
}
