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
  engine: new URL('engine-server.ts', import.meta.url),
  baseline: new URL('../baseline/server.ts', import.meta.url),
};

/** The request of user number `user`, and the bytes that show that the connection is live. */
export function clientRequest(side: Side, user: number): { path: string; ready: string } {
  if (side === 'baseline') return { path: `/?user=u${user}`, ready: ': ready' };
  return {
    path: `/?scope=${encodeURIComponent('courses/learner')}&scope=${encodeURIComponent(`mine:u${user}/learner`)}`,
    ready: 'event: batch',
  };
}
