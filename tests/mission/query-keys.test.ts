// @vitest-environment happy-dom
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { createElement, type FunctionComponent, type ReactNode } from 'react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';
import { readNames } from './read-names.ts';

/* By its address: the screens' program is another than this one, and knows what a browser knows. */
const SYNC_REACT = join(process.cwd(), 'packages/sync-react/src');
type Package = {
  readonly SyncProvider: FunctionComponent<{ readonly client: object; readonly children?: ReactNode }>;
  readonly useRealtimeSync: () => void;
};
type Screens = {
  readonly stillClient: () => object;
  readonly apply: (client: object, rows: object) => Promise<void>;
  readonly screen: (node: ReactNode) => Promise<{ readonly close: () => Promise<void> }>;
};

test('each query key of the mission is invalidated by useRealtimeSync without arguments', async () => {
  const { SyncProvider, useRealtimeSync } = (await import(/* @vite-ignore */ join(SYNC_REACT, 'index.ts'))) as Package;
  const { apply, screen, stillClient } = (await import(/* @vite-ignore */ join(SYNC_REACT, 'fixture/screen.tsx'))) as Screens;
  const [client, queries] = [stillClient(), new QueryClient()];
  const asked = vi.spyOn(queries, 'invalidateQueries');
  const Follow = (): ReactNode => {
    useRealtimeSync();
    return null;
  };
  const followed = createElement(SyncProvider, { client }, createElement(Follow));
  const shown = await screen(createElement(QueryClientProvider, { client: queries }, followed));
  await apply(client, { courses: { courseId: { id: 'courseId' } }, enrollments: { e: { id: 'e', userId: 'userId' } } });
  await shown.close();
  const invalidated = asked.mock.calls.map(([filter]) => `[${(filter?.queryKey ?? []).map(String).join(', ')}]`);
  const wanted = readNames(readFileSync(join(process.cwd(), 'docs/mission.md'), 'utf8')).filter(
    ({ kind }) => kind === 'query key',
  );
  expect(wanted).toHaveLength(3);
  for (const { asked: key } of wanted) expect(invalidated).toContain(key.replaceAll("'", ''));
});
