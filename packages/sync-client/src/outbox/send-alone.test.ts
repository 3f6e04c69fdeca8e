import { afterEach, expect, test, vi } from 'vitest';
import { Desk, mutators } from '../contract/desk.ts';
import { createSyncClient, MemoryDevice, type OfflineStore } from '../index.ts';

afterEach(() => void vi.useRealTimers());

test('K38 a tab that stands still with the right to send is not waited for: after 30 s another sends as well', async () => {
  vi.useFakeTimers();
  const offline = new MemoryDevice().tab('u');
  const held: OfflineStore = {
    userId: 'u',
    isExclusive: true,
    open: () => offline.open(() => undefined),
    saveRows: (step) => offline.saveRows(step),
    putMutations: (mutations) => offline.putMutations(mutations),
    readMutations: () => offline.readMutations(),
    removeMutations: (ids) => offline.removeMutations(ids),
    wipe: () => offline.wipe(),
    hear: (listener) => offline.hear(listener),
    tell: (news) => offline.tell(news),
    close: () => undefined,
    alone: (_name, signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true })),
  };
  const desk = new Desk();
  const url = 'http://any.invalid/api/sync/stream';
  const client = createSyncClient({ url, user: { id: 'u' }, mutators, fetch: desk.fetch, random: () => 0, offline: held });
  client.start();
  await vi.advanceTimersByTimeAsync(1);
  const { id } = client.mutate('item.set', { key: 'a', n: 1 });
  await vi.advanceTimersByTimeAsync(29_000);
  expect(desk.sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(desk.sent).toEqual([id]);
  client.stop();
});
