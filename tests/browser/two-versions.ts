import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { pagesBefore } from '../../apps/server/fixture/pages-before.ts';

/** One version of the screens on a port of its own; what it does not know, the API, is the running server's. */
export type ServedVersion = { readonly port: number; readonly remove: () => Promise<void> };

/** Builds the screens with other words in them, and serves them before `serverUrl`. Words are replaced in the files of that name. */
export async function servedVersion(
  serverUrl: string,
  words: Readonly<Record<string, string>>,
  file = 'text.ts',
): Promise<ServedVersion> {
  const folder = await mkdtemp(join(tmpdir(), 'elira-version-'));
  // As a test's own process is not: what is built depends on it.
  const { NODE_ENV } = process.env;
  process.env['NODE_ENV'] = 'production';
  await build({
    root: 'apps/web',
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
    plugins: [
      {
        name: 'other-words',
        enforce: 'pre',
        transform: (code, id) => {
          if (!id.endsWith(`/${file}`)) return null;
          return Object.entries(words).reduce((text, [from, to]) => text.replaceAll(from, to), code);
        },
      },
    ],
  });
  process.env['NODE_ENV'] = NODE_ENV;
  const pages = await pagesBefore(serverUrl, folder);
  return {
    port: pages.port,
    remove: async () => {
      await pages.close();
      await rm(folder, { recursive: true });
    },
  };
}
