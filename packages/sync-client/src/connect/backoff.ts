/** Milliseconds before the first and after the longest wait; between them the ceiling doubles with every failure. */
export const BACKOFF = { leastMs: 250, firstCeilingMs: 1000, mostMs: 5000 } as const;

/** Longest Retry-After that is obeyed, in milliseconds; a server cannot send a client away for a day. */
export const RETRY_AFTER_MOST_MS = 300_000;

/** Shortest Retry-After that takes the place of the own wait, in milliseconds: "at once" said again and again would be a storm. */
const RETRY_AFTER_LEAST_MS = 1_000;

/**
 * How long to wait after `failures` failures in a row. `random` is in [0, 1): clients that lost one server together come
 * back spread out, also when that server named a time. Who names one
 * lives and knows best, so it is waited for no longer than that, however often one came in vain.
 */
export function backoffMs(failures: number, random: number, retryAfterMs?: number): number {
  const ceiling = Math.min(BACKOFF.mostMs, BACKOFF.firstCeilingMs * 2 ** Math.min(failures, 16));
  const own = BACKOFF.leastMs + random * (ceiling - BACKOFF.leastMs);
  if (retryAfterMs === undefined) return own;
  const asked = Math.min(Math.max(0, retryAfterMs), RETRY_AFTER_MOST_MS);
  const named = asked + random * BACKOFF.firstCeilingMs;
  return asked < RETRY_AFTER_LEAST_MS ? Math.max(own, named) : named;
}

/**
 * Milliseconds that a Retry-After header asks for: seconds, or a date. A date is read against the answer's own Date header,
 * so that this machine's clock does not matter.
 */
export function retryAfterMs(retryAfter: string | null, date: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  const text = retryAfter.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  if (!text.endsWith('GMT')) return undefined;
  const wait = Date.parse(text) - Date.parse(date ?? '');
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}
