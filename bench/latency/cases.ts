import { sessionCookieName, signedToken } from '@elira/server';

/** What is measured: how many are connected, how many a commit concerns, and how often one is made. */
export type LatencyCase = { readonly clients: number; readonly concerned: 'one' | 'all'; readonly commitsPerSecond: number };

export const CLIENTS = [100, 500, 2000] as const;
const COMMITS_PER_SECOND = { one: 20, all: 5 } as const;

export function latencyCases(clients: readonly number[]): LatencyCase[] {
  return clients.flatMap((count) =>
    (['one', 'all'] as const).map((concerned) => ({
      clients: count,
      concerned,
      commitsPerSecond: COMMITS_PER_SECOND[concerned],
    })),
  );
}

/** The two that are compared, and how a client speaks to each. */
export type Side = 'engine' | 'baseline';

export const SERVER: Readonly<Record<Side, URL>> = {
  engine: new URL('../measure/elira-server.ts', import.meta.url),
  baseline: new URL('../baseline/server.ts', import.meta.url),
};

export const AUTH_SECRET = 'only-the-bench-signs-its-cookies-with-this';
/** Learners in Elira's database. */
export const PEOPLE = 10_000;

/** The request of user number `user`, and the bytes that show that the connection is live. */
export function clientRequest(side: Side, user: number): { request: string; ready: string } {
  const head = (path: string, cookie = ''): string => `GET ${path} HTTP/1.1\r\nHost: bench\r\n${cookie}\r\n`;
  if (side === 'baseline') return { request: head(`/?user=u${user}`), ready: ': ready' };
  const cookie = `Cookie: ${sessionCookieName(false)}=${signedToken(`token-${user}`, AUTH_SECRET)}\r\n`;
  return { request: head('/api/sync/stream', cookie), ready: 'event: batch' };
}

/** The commit that is measured, with the time (microseconds since 1970, $1) in the row: as text in a title, or as a time. */
export function measuredUpdate(
  side: Side,
  concerned: LatencyCase['concerned'],
  number: number,
): { text: string; key: unknown } {
  if (side === 'baseline') {
    return concerned === 'one'
      ? { text: 'UPDATE enrollment SET progress = progress + 1, ts = $1 WHERE id = $2', key: 1 + number }
      : { text: 'UPDATE course SET version = version + 1, ts = $1 WHERE id = $2', key: 1 + (number % 100) };
  }
  const key = (kind: number, at: number): string => `00000000-0000-400${kind}-8000-${String(at).padStart(12, '0')}`;
  return concerned === 'one'
    ? {
        text: `UPDATE lesson_progress SET last_accessed_at = timestamptz 'epoch' + $1 * interval '1 microsecond' WHERE id = $2`,
        key: key(2, number),
      }
    : {
        text: `UPDATE published_courses SET version = version + 1, title = 'course "ts":' || $1::bigint WHERE id = $2`,
        // Course 1 would come in two scopes: it is the one whose texts everybody holds.
        key: key(0, 2 + (number % 99)),
      };
}
