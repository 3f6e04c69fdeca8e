// @vitest-environment happy-dom
import type { ReactNode } from 'react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';
import { apply, screen, stillClient } from './fixture/screen.tsx';
import { SyncProvider } from './sync-provider.tsx';
import { useRealtimeSync, type RealtimeSyncOptions } from './use-realtime-sync.ts';

function Follow(options: RealtimeSyncOptions): ReactNode {
  useRealtimeSync(options);
  return null;
}

test('RX6 each batch names the keys of its tables once, and none after the component is gone', async () => {
  const [client, queries] = [stillClient(), new QueryClient()];
  const asked = vi.spyOn(queries, 'invalidateQueries');
  const told = (): unknown[] => asked.mock.calls.splice(0).map(([filter]) => filter?.queryKey);
  const around = (node: ReactNode): ReactNode => (
    <QueryClientProvider client={queries}>
      <SyncProvider client={client}>{node}</SyncProvider>
    </QueryClientProvider>
  );
  const shown = await screen(around(<Follow />));
  await apply(client, { courses: { 1: { id: '1' }, 2: { id: '2' } }, lessons: { 3: { id: '3' } } });
  expect(told()).toEqual([['courses'], ['lessons']]);
  await apply(client, { courses: { 1: { id: '1' } } });
  expect(told()).toEqual([]);
  await shown.draw(around(<Follow queryKeys={(table, keys) => [['all'], ...keys.map((key) => [table, key])]} />));
  await apply(client, { courses: { 1: null }, lessons: { 3: null } });
  expect(told()).toEqual([['all'], ['courses', '1'], ['lessons', '3']]);
  await shown.close();
  await apply(client, { courses: { 2: null } });
  expect(told()).toEqual([]);
});
