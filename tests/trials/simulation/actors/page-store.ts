import type { MemoryDevice } from '../../../../packages/sync-client/src/offline/memory-offline.ts';
import type { OfflineStore } from '../../../../packages/sync-client/src/offline/offline-store.ts';

/**
 * What a page keeps on its device. A page that dies lets go of its locks and hears nothing more, as browsers see to it; the device in memory
 * would hold the ones and tell the others for ever.
 */
export function pageStore(device: MemoryDevice, person: string): { readonly store: OfflineStore; readonly die: () => void } {
  const tab = device.tab(person);
  const hear = tab.hear.bind(tab);
  const ears: (() => void)[] = [];
  const turns = new Map<string, Promise<unknown>>();
  const own: Pick<OfflineStore, 'alone' | 'hear'> = {
    async alone(name, signal, work) {
      const mine = (turns.get(name) ?? Promise.resolve()).then(() => {
        signal.throwIfAborted();
        return work();
      });
      const settled = mine.catch(() => undefined);
      turns.set(name, settled);
      await mine;
    },
    hear(listener) {
      const stop = hear(listener);
      ears.push(stop);
      return stop;
    },
  };
  return { store: Object.assign(tab, own), die: () => ears.forEach((stop) => stop()) };
}
