import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { serviceWorker } from './build/service-worker.ts';

/** Where `npm start` serves the API while `npm run dev -w @elira/web` serves the screens. The host name stays: requests are of one origin. */
const SERVER = 'http://127.0.0.1:3000';

/**
 * Markdown's named characters such as &auml; as a table: the variant for browsers asks an element's innerHTML, which the content
 * security policy rightly forbids.
 */
const CHARACTERS = 'decode-named-character-reference';
const characters = createRequire(import.meta.url).resolve(CHARACTERS);

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Our own packages from their sources, so that nothing needs to be built before. */
const own = Object.fromEntries(
  ['packages/protocol', 'packages/rules', 'packages/sync-client', 'packages/sync-react', 'apps/mutations'].map((folder) => [
    `@elira/${folder.slice(folder.indexOf('/') + 1)}`,
    at(`../../${folder}/src/index.ts`),
  ]),
);

export default defineConfig({
  plugins: [
    react(),
    tailwindcss(),
    serviceWorker({ worker: at('./src/offline/service-worker.ts'), publicFolder: at('./public') }),
  ],
  resolve: { alias: { ...own, [CHARACTERS]: characters } },
  build: {
    target: 'es2023',
    sourcemap: false,
    // A font or picture inside a style sheet would need an exception in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { port: 5173, strictPort: true, proxy: { '/api': { target: SERVER } } },
});
