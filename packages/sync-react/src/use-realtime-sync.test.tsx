// @vitest-environment happy-dom
import type { ReactNode } from 'react';
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
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
  await apply(client, { courses: { 1: { id: '1' }, 2: { id: '2' } }, notes: { 3: { id: '3' } } });
  expect(told()).toEqual([['courses'], ['courses', '1'], ['courses', '2'], ['notes']]);
  await apply(client, { courses: { 1: { id: '1' } } });
  expect(told()).toEqual([]);
  await shown.draw(around(<Follow queryKeys={(table, keys) => [['all'], ...keys.map((key) => [table, key])]} />));
  await apply(client, { courses: { 1: null }, notes: { 3: null } });
  expect(told()).toEqual([['all'], ['courses', '1'], ['notes', '3']]);
  await shown.close();
  await apply(client, { courses: { 2: null } });
  expect(told()).toEqual([]);
});

test('RX8 what is observed is asked again once per batch, whatever it was of; what is not waits until it is shown', async () => {
  const [client, queries] = [stillClient(), new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } })];
  const asked: string[] = [];
  function Ask({ of }: { readonly of: readonly string[] }): ReactNode {
    useQuery({ queryKey: of, queryFn: () => asked.push(of.join(' ')) });
    return null;
  }
  const around = (...keys: string[]): ReactNode => (
    <QueryClientProvider client={queries}>
      <SyncProvider client={client}>
        <Follow />
        {keys.map((key) => (
          <Ask key={key} of={key.split(' ')} />
        ))}
      </SyncProvider>
    </QueryClientProvider>
  );
  const all = ['courses', 'courses 1', 'courses 2', 'enrollments u', 'enrollments v', 'others'];
  const shown = await screen(around(...all));
  const again = (): string[] => asked.splice(0).toSorted();
  expect(again()).toEqual(all);
  await apply(client, { courses: { 1: { id: '1' } }, published_courses: { 1: { id: '1' } } });
  expect(again()).toEqual(['courses', 'courses 1']);
  await apply(client, { published_lessons: { a: { courseId: '2' }, b: { courseId: '2' } } });
  expect(again()).toEqual(['courses 2']);
  await apply(client, { enrollments: { e: { userId: 'u', courseId: '1' } } });
  expect(again()).toEqual(['enrollments u']);
  await apply(client, { enrollments: { e: { userId: 'v', courseId: '1' } } });
  expect(again()).toEqual(['enrollments u', 'enrollments v']);
  await shown.draw(around('courses'));
  await apply(client, { courses: { 1: null }, enrollments: { e: null } });
  expect(again()).toEqual(['courses']);
  await shown.draw(around(...all));
  expect(again()).toEqual(['courses 1', 'enrollments v']);
  await shown.close();
});
