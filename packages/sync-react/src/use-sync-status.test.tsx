// @vitest-environment happy-dom
import { act, type ReactNode } from 'react';
import type { ScopeKey } from '@elira/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { apply, SCOPE, screen, stillClient } from './fixture/screen.tsx';
import { SyncProvider } from './sync-provider.tsx';
import { useScopeHeld } from './use-scope-held.ts';
import { useSyncStatus } from './use-sync-status.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

test('RX5 nothing is drawn while data is fresh; age is told in whole seconds when it is not', async () => {
  const clock = { now: 0 };
  const client = stillClient(clock);
  const drawn = vi.fn<() => void>();
  function Age(): ReactNode {
    drawn();
    const { staleSeconds, connection, hasRows } = useSyncStatus({ staleAfterMs: 3000 });
    return `${connection} ${hasRows ? 'rows' : 'nothing'} ${staleSeconds ?? 'fresh'}`;
  }
  const later = (ms: number): Promise<void> =>
    act(async () => {
      for (let past = 0; past < ms; past += 500) {
        clock.now += 500;
        vi.advanceTimersByTime(500);
      }
    });
  const shown = await screen(
    <SyncProvider client={client}>
      <Age />
    </SyncProvider>,
  );
  expect(shown.text()).toBe('idle nothing fresh');
  await apply(client, {});
  expect(shown.text()).toBe('idle rows fresh');
  const before = drawn.mock.calls.length;
  await later(3000);
  expect(drawn).toHaveBeenCalledTimes(before);
  await later(2000);
  expect(shown.text()).toBe('idle rows 5');
  await apply(client, {}, { freshAt: clock.now });
  expect(shown.text()).toBe('idle rows fresh');
  await shown.close();
  expect(vi.getTimerCount()).toBe(0);
});

test('RX4 empty is told from not yet here, and a withdrawal is followed', async () => {
  const client = stillClient();
  function Held(): ReactNode {
    return useScopeHeld(SCOPE) ? 'held' : 'not held';
  }
  const shown = await screen(
    <SyncProvider client={client}>
      <Held />
    </SyncProvider>,
  );
  expect(shown.text()).toBe('not held');
  const other = 'b/x' as ScopeKey;
  await apply(client, {}, { scope: other });
  expect(shown.text()).toBe('not held');
  await apply(client, {});
  expect(shown.text()).toBe('held');
  await act(async () => void client.store.withdraw([SCOPE]));
  expect(shown.text()).toBe('not held');
  await shown.close();
});

test('RX4 what a withdrawal leaves is still there to be shown, and nothing once it leaves nothing', async () => {
  const client = stillClient();
  function Rows(): ReactNode {
    return useSyncStatus().hasRows ? 'rows' : 'nothing';
  }
  const shown = await screen(
    <SyncProvider client={client}>
      <Rows />
    </SyncProvider>,
  );
  const other = 'b/x' as ScopeKey;
  await apply(client, {});
  await apply(client, {}, { scope: other });
  await act(async () => void client.store.withdraw([SCOPE]));
  expect(shown.text()).toBe('rows');
  await act(async () => void client.store.withdraw([other]));
  expect(shown.text()).toBe('nothing');
  await shown.close();
});
