import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** One file of the built screens, held in memory: a build that replaces it does not disturb who is being served. */
export type PageFile = { readonly type: string; readonly body: Buffer; readonly gzipped: () => Promise<Buffer> | undefined };

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
};
/** Types that are small already. */
const PACKED = /^(?:image\/png|font\/)/;

/** The files below `folder` by their address, such as `/assets/index-1a2b.js`; none when it is not there. */
export function readPageFiles(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const path of listFiles(folder)) {
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    files.set(`/${path.replaceAll('\\', '/')}`, pageFile(type, readFileSync(join(folder, path))));
  }
  return files;
}

/** Packs a body when it is first asked for, and once. */
export function pageFile(type: string, body: Buffer): PageFile {
  let packed: Promise<Buffer> | undefined;
  return { type, body, gzipped: () => (PACKED.test(type) ? undefined : (packed ??= promisify(gzip)(body))) };
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(folder.length)
          .replace(/^[\\/]+/, ''),
      );
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
