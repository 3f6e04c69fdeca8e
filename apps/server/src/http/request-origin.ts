import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from '@elira/protocol';

/**
 * Where a request came from, as browsers say it themselves: Sec-Fetch-Site, and Origin where that is missing. A page of another site
 * can make a browser send our cookies, but it cannot make it lie about this.
 */
export type OriginFacts = {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** Host and port as the browser named them. */
  readonly host: string;
  /** Whether the request carries a session, which is what another site would be after. */
  readonly hasSession: boolean;
};

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Pure. Throws `Problem` cross_site for what came from elsewhere, and for a write with a session that does not say where from. */
export function requireOwnOrigin({ method, headers, host, hasSession }: OriginFacts): void {
  const site = headers['sec-fetch-site'];
  const { origin } = headers;
  const isOwn = site === undefined || site === 'same-origin' || site === 'none';
  if (!isOwn || (origin !== undefined && !isAt(origin, host))) {
    // A link on another page leads here as well; its page never sees the answer.
    if (READS.has(method) && headers['sec-fetch-mode'] === 'navigate') return;
    throw new Problem('cross_site');
  }
  if (READS.has(method) || !hasSession || site === 'same-origin' || origin !== undefined) return;
  throw new Problem('cross_site', "Send the header Origin with this server's own address, as browsers do.");
}

/** By host and port: whether TLS ended in front of this server is not known here. */
function isAt(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
