import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin, type Rolldown } from 'vite';
import type { Shell } from '../src/offline/shell.ts';

/** The name that stands in the worker for what it is to take in. */
const PLACE = /\bSHELL\b/;

export type ServiceWorkerOptions = { readonly worker: string; readonly publicFolder: string };

/**
 * Builds the service worker, and tells it what the application consists of. In: everything that was built, and the files of `public`.
 * Out: `sw.js`, one script by itself, which differs whenever any of it does, so that browsers notice.
 */
export function serviceWorker({ worker, publicFolder }: ServiceWorkerOptions): Plugin {
  return {
    name: 'elira-service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const code = await built(worker);
        const shell = JSON.stringify(shellOf(bundle, publicFolder, code));
        this.emitFile({ type: 'asset', fileName: 'sw.js', source: code.replace(PLACE, () => shell) });
      },
    },
  };
}

function shellOf(bundle: Rolldown.OutputBundle, publicFolder: string, worker: string): Shell {
  const hash = createHash('sha256').update(worker);
  const files = readdirSync(publicFolder).toSorted();
  for (const file of files) hash.update(file).update(readFileSync(join(publicFolder, file)));
  let entry: string | undefined;
  for (const one of Object.values(bundle).toSorted((a, b) => (a.fileName < b.fileName ? -1 : 1))) {
    hash.update(one.fileName).update(one.type === 'chunk' ? one.code : one.source);
    if (one.type === 'chunk' && one.isEntry) entry = `/${one.fileName}`;
    if (one.fileName !== 'index.html') files.push(one.fileName);
  }
  if (entry === undefined) throw new Error('the build made no script for the page to begin with');
  return { version: hash.digest('hex').slice(0, 16), entry, files: files.map((file) => `/${file}`) };
}

/** Apart from the pages: a worker is a script and no module, and shares no file with them. */
async function built(worker: string): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, target: 'es2023', rolldownOptions: { input: worker, output: { format: 'iife' } } },
  });
  const chunks = (Array.isArray(made) ? made : [made]).flatMap((one) => ('output' in one ? one.output : []));
  const [chunk] = chunks;
  if (chunks.length !== 1 || chunk?.type !== 'chunk' || !PLACE.test(chunk.code))
    throw new Error('the service worker must be one script that names SHELL');
  return chunk.code;
}
