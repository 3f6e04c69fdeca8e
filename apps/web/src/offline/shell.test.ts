import { expect, test, vi } from 'vitest';
import { FakeCaches } from './fixture/fake-caches.ts';
import { entriesInUse, pageLock } from './page-locks.ts';
import { installShell, PAGE, serveFile, servePage, type Shell } from './shell.ts';
import { tidyShells } from './tidy-shells.ts';

const shell = (version: number): Shell => ({
  version: `v${version}`,
  entry: `/assets/index-${version}.js`,
  files: [`/assets/index-${version}.js`, '/assets/same.js', '/favicon.svg'],
});

/** A server that has one version. */
function serverOf(version: number): { fetch: typeof fetch; asked: string[] } {
  const asked: string[] = [];
  const call = async (input: string | Request): Promise<Response> => {
    const path = typeof input === 'string' ? input : new URL(input.url).pathname;
    asked.push(path);
    if (!path.startsWith('/assets/') && path !== '/favicon.svg')
      return new Response(`<script src="/assets/index-${version}.js">`);
    const isThere = shell(version).files.includes(path);
    return new Response(`${path} of ${version}`, { status: isThere ? 200 : 404 });
  };
  return { fetch: call as typeof fetch, asked };
}
const request = (path: string): Request => new Request(`https://elira.example${path}`);
const text = async (answer: Promise<Response>): Promise<string> => (await answer).text();

test('W44 a version is taken in whole, and what an earlier one brought under a hashed name is not fetched again', async () => {
  const { storage: caches, ...fake } = new FakeCaches();
  await installShell(shell(1), { caches, ...serverOf(1) });
  const second = serverOf(2);
  await installShell(shell(2), { caches, ...second });
  expect(second.asked.toSorted()).toEqual(['/', '/assets/index-2.js', '/favicon.svg']);
  expect([...(fake.all.get('elira-shell-v2')?.keys() ?? [])].toSorted()).toEqual([
    '/',
    '/assets/index-2.js',
    '/assets/same.js',
    '/favicon.svg',
  ]);
});

test('W44 a version of which a file is gone, or whose page is another’s, is not taken in, and the one before stays', async () => {
  const fake = new FakeCaches();
  const caches = fake.storage;
  await installShell(shell(1), { caches, ...serverOf(1) });
  // The server has gone on to version 3 while the browser takes in version 2.
  await expect(installShell(shell(2), { caches, ...serverOf(3) })).rejects.toThrow();
  const onlyPage = serverOf(2).fetch;
  const call = ((input: string, init: object) =>
    input === PAGE ? serverOf(3).fetch(input) : onlyPage(input, init)) as typeof fetch;
  await expect(installShell(shell(2), { caches, fetch: call })).rejects.toThrow('another version');
  expect([...fake.all.keys()]).toEqual(['elira-shell-v1']);
});

test('W44 W40 the page is the server’s where it answers, and the one that is kept where it does not, fails, or takes too long', async () => {
  const caches = new FakeCaches().storage;
  await installShell(shell(1), { caches, ...serverOf(1) });
  const page = (fetch: typeof globalThis.fetch, patience?: number): Promise<string> =>
    text(servePage(request('/courses/1'), shell(1), { caches, fetch }, patience));
  expect(await page(serverOf(2).fetch)).toContain('index-2');
  expect(await page(() => Promise.reject(new TypeError('no network')))).toContain('index-1');
  expect(await page(async () => new Response('bad gateway', { status: 502 }))).toContain('index-1');
  expect(await page(async () => new Response('not found', { status: 404 }))).toContain('not found');
  expect(await page(() => new Promise(() => undefined), 1)).toContain('index-1');
});

test('W44 a page finds the files of its own version, whichever is the newest; names without a hash are the newest’s', async () => {
  const caches = new FakeCaches().storage;
  await installShell(shell(1), { caches, ...serverOf(1) });
  await installShell(shell(2), { caches, ...serverOf(2) });
  const gone = vi.fn<typeof fetch>(() => Promise.reject(new TypeError('no network')));
  const file = (path: string): Promise<string> => text(serveFile(request(path), shell(2), { caches, fetch: gone }));
  expect(await file('/assets/index-1.js')).toBe('/assets/index-1.js of 1');
  expect(await file('/assets/index-2.js')).toBe('/assets/index-2.js of 2');
  expect(await file('/favicon.svg')).toBe('/favicon.svg of 2');
  expect(gone).not.toHaveBeenCalled();
  await expect(file('/assets/never.js')).rejects.toThrow('no network');
});

test('W44 a version stays for as long as a page shows it, and while a page has not said what it shows', async () => {
  const fake = new FakeCaches();
  const caches = fake.storage;
  for (const version of [1, 2, 3]) await installShell(shell(version), { caches, ...serverOf(version) });
  const lock = (version: number): object => ({ name: pageLock(`/assets/index-${version}.js`) });
  const tidy = async (pages: number, held: readonly object[], isNewest = true): Promise<string[]> => {
    await tidyShells(shell(3), { caches, isNewest: () => isNewest, pages: async () => pages, held: async () => held });
    return [...fake.all.keys()].map((name) => name.slice(-2));
  };
  expect(await tidy(2, [lock(1)])).toEqual(['v1', 'v2', 'v3']);
  expect(await tidy(0, [], false)).toEqual(['v1', 'v2', 'v3']);
  expect(await tidy(2, [lock(1), lock(3), { name: 'elira-x-send' }])).toEqual(['v1', 'v3']);
  expect(await tidy(2, [lock(3), { name: 'elira-x-send' }])).toEqual(['v1', 'v3']);
  expect(await tidy(1, [lock(3)])).toEqual(['v3']);
  expect(entriesInUse(0, [])).toEqual(new Set());
});
