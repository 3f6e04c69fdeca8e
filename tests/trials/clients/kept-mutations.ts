import type { MemoryDevice, OfflineStore } from '@elira/sync-client';

/**
 * What stays on a trial's device when its person is signed out: what they have written, and no row. Whoever signs in again begins with a
 * snapshot, as the judge expects it, and still owes the server what waits.
 */
export function keptMutations(device: MemoryDevice, user: string): OfflineStore {
  const tab = device.tab(user);
  return {
    userId: tab.userId,
    isExclusive: tab.isExclusive,
    open: async (onProblem) => ({ mutations: (await tab.open(onProblem)).mutations }),
    saveRows: async ({ settled }) => {
      await tab.removeMutations([...settled]);
      return 'saved';
    },
    readMutations: () => tab.readMutations(),
    putMutations: (mutations) => tab.putMutations(mutations),
    removeMutations: (ids) => tab.removeMutations(ids),
    wipe: () => tab.wipe(),
    close: () => tab.close(),
    alone: (name, signal, work) => tab.alone(name, signal, work),
    tell: (news) => tab.tell(news),
    hear: (listener) => tab.hear(listener),
  };
}
