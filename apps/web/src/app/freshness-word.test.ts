import type { SyncStatus } from '@elira/sync-react';
import { expect, test } from 'vitest';
import { freshnessWord } from './freshness-word.ts';

const status = (more: Partial<SyncStatus>): SyncStatus => ({
  connection: 'live',
  problem: undefined,
  staleSeconds: undefined,
  hasRows: true,
  ...more,
});

test('W8 nothing is said while all is well, and age is said with every trouble', () => {
  expect(freshnessWord(status({}), true).tone).toBe('quiet');
  expect(freshnessWord(status({ connection: 'connecting', hasRows: false }), true).tone).toBe('quiet');
  expect(freshnessWord(status({ staleSeconds: 14 }), true)).toEqual({ text: 'Data is 14 s old', tone: 'warn' });
  expect(freshnessWord(status({ connection: 'waiting' }), true)).toEqual({ text: 'Reconnecting', tone: 'warn' });
  expect(freshnessWord(status({ connection: 'catching-up', staleSeconds: 240 }), true)).toEqual({
    text: 'Reconnecting · as of 4 min ago',
    tone: 'warn',
  });
  expect(freshnessWord(status({ connection: 'waiting', staleSeconds: 9000 }), false)).toEqual({
    text: 'Offline · as of 3 h ago',
    tone: 'danger',
  });
});

test('W8 a stream that stopped says why, and that it will not come back by itself', () => {
  const problem = { code: 'not_signed_in', title: 'Sign in first.', client: 'stop' } as const;
  expect(freshnessWord(status({ connection: 'stopped', problem }), true)).toEqual({ text: 'Signed out', tone: 'danger' });
  expect(freshnessWord(status({ connection: 'stopped', problem: { ...problem, code: 'scope_too_large' } }), true).text).toBe(
    'Not connected',
  );
});
