import { vi } from 'vitest';
import { indexedOffline, MemoryDevice, type OfflineStore, type SyncClient } from '../index.ts';

const memory = new MemoryDevice();
/** Both kinds of device: what is kept for a user, opened by a tab. */
export const DEVICES: readonly (readonly [string, (userId: string) => OfflineStore])[] = [
  ['memory', (userId) => memory.tab(userId)],
  ['IndexedDB', (userId) => indexedOffline({ userId })],
];
let users = 0;
export const nextUser = (): string => `c${(users += 1)}-${Date.now()}`;

export const until = (check: () => void | Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 8000, interval: 5 });
export const pause = (ms = 40): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
export const states = (client: SyncClient): string[] => client.outbox.list().map(({ state }) => state);

/** A tab that is closed, and time for what it leaves on the device. */
export async function close(client: SyncClient): Promise<void> {
  client.stop();
  await pause(80);
}
