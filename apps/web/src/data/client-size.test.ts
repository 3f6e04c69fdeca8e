import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { build, type Rolldown } from 'vite';

/** Bytes of a script as it goes over the wire. */
async function bytesOf(script: string): Promise<number> {
  const made = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['source', 'module', 'browser'] },
    plugins: [
      { name: 'script', resolveId: (id) => (id === '/script' ? id : null), load: (id) => (id === '/script' ? script : null) },
    ],
    build: { write: false, target: 'es2023', rolldownOptions: { input: '/script' } },
  });
  const outputs = [made].flat() as readonly Rolldown.RolldownOutput[];
  const chunks = outputs.flatMap(({ output }) => output).filter((one) => one.type === 'chunk');
  return chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
}

test('K43 what a page loads for the client is small, with and without what it keeps on the device', async () => {
  const alone = await bytesOf(`import { createSyncClient } from '@elira/sync-client'; globalThis.client = createSyncClient;`);
  const kept = await bytesOf(
    `import { createSyncClient, indexedOffline } from '@elira/sync-client'; globalThis.client = [createSyncClient, indexedOffline];`,
  );
  const shared = await bytesOf(
    `import { browserTabs, createSyncClient, indexedOffline } from '@elira/sync-client'; globalThis.client = [browserTabs, createSyncClient, indexedOffline];`,
  );
  expect(alone).toBeGreaterThan(5 * 1024);
  expect(alone).toBeLessThanOrEqual(20 * 1024);
  expect(kept).toBeGreaterThan(alone);
  expect(kept).toBeLessThanOrEqual(22 * 1024);
  expect(shared).toBeGreaterThan(kept);
  expect(shared).toBeLessThanOrEqual(25 * 1024);
});
