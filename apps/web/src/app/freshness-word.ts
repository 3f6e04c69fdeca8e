import type { SyncStatus } from '@elira/sync-react';
import { TEXT } from './text.ts';

export type FreshnessWord = { readonly text: string; readonly tone: 'quiet' | 'warn' | 'danger' };

/** Pure. What to say, and how loudly. */
export function freshnessWord({ connection, staleSeconds, problem, hasRows }: SyncStatus, onLine: boolean): FreshnessWord {
  const words = TEXT.freshness;
  const age = staleSeconds === undefined ? '' : ` · ${words.age(staleSeconds)}`;
  if (!onLine && connection !== 'live' && connection !== 'stopped') return { text: words.offline + age, tone: 'danger' };
  switch (connection) {
    case 'live':
      return staleSeconds === undefined ? { text: words.live, tone: 'quiet' } : { text: words.old(staleSeconds), tone: 'warn' };
    case 'connecting':
    case 'catching-up':
      return hasRows || staleSeconds !== undefined
        ? { text: words.reconnecting + age, tone: 'warn' }
        : { text: words.connecting, tone: 'quiet' };
    case 'waiting':
      return { text: words.reconnecting + age, tone: 'warn' };
    case 'idle':
      return { text: words.ended + age, tone: 'danger' };
    case 'stopped':
      return { text: (problem?.code === 'not_signed_in' ? words.ended : words.stopped) + age, tone: 'danger' };
  }
}
