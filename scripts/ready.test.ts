import { spawn } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** The door in a checkout of its own, with an npm that only notes how it was called. */
let root: string;
const BIN = 'node_modules/typescript/bin';
const BUNDLER = `const fs = require('node:fs');
  fs.appendFileSync('calls.log', 'vite\\n');
  const folder = process.argv[process.argv.indexOf('--outDir') + 1];
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(folder + '/index.html', 'built');`;
const COMPILER = `require('node:fs').appendFileSync('calls.log', 'tsc\\n');`;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'elira ready '));
  for (const folder of ['scripts/ready', 'apps/server/dist', 'apps/server/src'])
    await mkdir(join(root, folder), { recursive: true });
  for (const file of ['ready.cjs', 'ready/build.cjs', 'ready/files.cjs'])
    await copyFile(join('scripts', file), join(root, 'scripts', file));
  await write('package-lock.json', { lockfileVersion: 3, packages: { '': {} } });
  await write('tsconfig.build.json', { references: [{ path: 'apps/server' }] });
  await writeFile(join(root, 'apps/server/src/main.ts'), '');
  await writeFile(
    join(root, 'apps/server/dist/main.js'),
    "console.log('served', ...process.argv.slice(2)); process.exitCode = 7;",
  );
  await fakeNpm('');
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('installs and builds once, then starts nothing but the program', async () => {
  const first = await ready(['start', 'one', 'two words']);
  expect(first).toMatchObject({ code: 7, out: 'served one two words\n' });
  expect(first.err).toMatch(/installing packages[^]*done in[^]*building[^]*done in/);
  expect(await ready(['start'])).toEqual({ code: 7, out: 'served\n', err: '' });
  expect(await calls()).toEqual(['npm ci', 'tsc']);
});

test('a changed lock file is followed in place, a node_modules of another machine is made anew', async () => {
  await ready(['start']);
  await write('package-lock.json', { lockfileVersion: 3, packages: { '': {}, 'node_modules/x': { version: '2.0.0' } } });
  await ready(['start']);
  const stamp = join(root, 'node_modules/.elira-installed.json');
  const { lock } = JSON.parse(await readFile(stamp, 'utf8')) as { lock: string };
  await writeFile(stamp, JSON.stringify({ lock, machine: 'plan9 vax' }));
  await ready(['start']);
  expect((await calls()).filter((call) => call !== 'tsc')).toEqual(['npm ci', 'npm install', 'npm ci']);
});

test('what `npm install` has put there is not installed again', async () => {
  const packages = {
    '': {},
    'node_modules/x': { version: '1.0.0' },
    'node_modules/elsewhere': { version: '1.0.0', optional: true, os: ['plan9'] },
  };
  await write('package-lock.json', { lockfileVersion: 3, packages });
  await mkdir(join(root, BIN), { recursive: true });
  await writeFile(join(root, BIN, 'tsc'), COMPILER);
  await write('node_modules/.package-lock.json', { packages: { 'node_modules/x': { version: '1.0.0' } } });
  await ready(['start']);
  expect(await calls()).toEqual(['tsc']);
});

test('changed sources are built again, unchanged ones are not', async () => {
  await ready(['start']);
  await writeFile(join(root, 'apps/server/src/main.ts'), 'export {};');
  await ready(['start']);
  await ready(['start']);
  expect(await calls()).toEqual(['npm ci', 'tsc', 'tsc']);
});

test('the screens are built when something that they are made of has changed, and swapped in whole', async () => {
  for (const folder of ['apps/web/src', 'packages/kit/src', 'packages/other/src', 'node_modules/vite/bin'])
    await mkdir(join(root, folder), { recursive: true });
  await write('apps/web/package.json', { dependencies: { '@elira/kit': '0.1.0', react: '19.0.0' } });
  await ready(['start']);
  await writeFile(join(root, 'node_modules/vite/bin/vite.js'), BUNDLER);
  const built = async (): Promise<number> => (await calls()).filter((call) => call === 'vite').length;
  expect(await ready(['start'])).toMatchObject({ code: 7 });
  expect(await readFile(join(root, 'apps/web/dist/index.html'), 'utf8')).toBe('built');
  await ready(['start']);
  await writeFile(join(root, 'packages/other/src/x.ts'), '');
  await ready(['start']);
  expect(await built()).toBe(1);
  await writeFile(join(root, 'packages/kit/src/x.ts'), '');
  await ready(['start']);
  expect(await built()).toBe(2);
  await writeFile(join(root, 'apps/web/src/main.tsx'), 'broken');
  await writeFile(join(root, 'node_modules/vite/bin/vite.js'), "console.error('no such thing'); process.exit(1);");
  expect(await ready(['start'])).toMatchObject({ code: 1, err: expect.stringMatching(/no such thing[^]*do not compile/) });
  expect(await readFile(join(root, 'apps/web/dist/index.html'), 'utf8')).toBe('built');
});

test('two at once: one installs, the other waits for it', async () => {
  await fakeNpm('', 700);
  const both = await Promise.all([ready(['start']), ready(['start'])]);
  expect(both.map(({ code }) => code)).toEqual([7, 7]);
  expect(await calls()).toEqual(['npm ci', 'tsc']);
});

test('a lock whose owner died is not waited for', async () => {
  await mkdir(join(root, '.cache/ready.lock'), { recursive: true });
  await write('.cache/ready.lock/owner.json', { pid: 2 ** 30, host: hostname() });
  expect((await ready(['start'])).code).toBe(7);
});

test.for([
  ['npm error code ENOTFOUND', /No network/],
  ['npm error code EAI_AGAIN', /No network/],
  ['npm error connect ECONNREFUSED', /No network/],
  ['npm error code SELF_SIGNED_CERT_IN_CHAIN', /certificate/],
  ['npm error code ENOSPC', /disk is full/],
  ['npm error code EACCES', /cannot be written to/],
  ['npm error code EINTEGRITY', /damaged/],
  ['npm error `npm ci` can only install packages when they are in sync', /does not fit/],
  ['npm error strange', /did not install/],
] as const)('names what is wrong and the remedy: %s', async ([said, named]) => {
  await fakeNpm(said);
  const { code, out, err } = await ready(['start']);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain(said);
  expect(err).toMatch(named);
});

test('an optional package that npm left out is noticed, then and later', async () => {
  const here = { version: '1.0.0', optional: true, os: [process.platform] };
  await write('package-lock.json', { lockfileVersion: 3, packages: { '': {}, 'node_modules/here': here } });
  const npm = join(root, 'npm-cli.js');
  const forgetful = (await readFile(npm, 'utf8')).replace(
    /fs.copyFileSync\([^)]*\)/,
    "fs.writeFileSync('node_modules/.package-lock.json', '{}')",
  );
  await writeFile(npm, forgetful);
  for (const _ of ['then', 'later'])
    expect(await ready(['start'])).toMatchObject({ code: 1, err: expect.stringMatching(/did not install every/) });
});

test('says when Node is too old', async () => {
  const door = join(root, 'scripts/ready.cjs');
  await writeFile(door, (await readFile(door, 'utf8')).replace('[20, 19]', '[99, 1]'));
  expect(await ready(['start'])).toMatchObject({ code: 1, err: expect.stringMatching(/too old[^]*99\.1[^]*Install/) });
});

test('says when the folder cannot be written to', async ({ skip }) => {
  if (process.platform === 'win32') skip('folders have no write bit on Windows');
  await chmod(root, 0o555);
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const { code, err } = await ready(['start'], nobody);
  await chmod(root, 0o755);
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringMatching(/cannot be written to/) });
});

test.for(['SIGTERM', 'SIGKILL'] as const)('npm stopped by %s takes the program along', async (signal, { skip }) => {
  if (process.platform !== 'linux') skip('only Linux tells who the parent of a parent is');
  const main = join(root, 'apps/server/dist/main.js');
  await writeFile(
    main,
    "process.on('SIGTERM', () => { console.log('told'); process.exit(); }); setInterval(() => {}, 1000); console.log('up');",
  );
  await write('package.json', { name: 'x', version: '1.0.0', scripts: { start: 'node scripts/ready.cjs start' } });
  await mkdir(join(root, BIN), { recursive: true });
  await writeFile(join(root, BIN, 'tsc'), COMPILER);
  await write('node_modules/.package-lock.json', { packages: {} });
  const npm = spawn('npm', ['start'], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  const closed = new Promise((resolve) => npm.stdout.on('close', resolve));
  npm.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8');
    if (chunk.includes('up')) npm.kill(signal);
  });
  await closed;
  expect(out).toMatch(/up\ntold\n$/);
});

type Outcome = { readonly code: number | null; readonly out: string; readonly err: string };

function ready(args: readonly string[], as: { uid?: number; gid?: number } = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, npm_execpath: join(root, 'npm-cli.js') };
    const child = spawn(process.execPath, [join(root, 'scripts/ready.cjs'), ...args], { cwd: root, env, ...as });
    const text = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString('utf8')));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...text }));
  });
}

/** An npm that notes its command, takes its time, puts a compiler there that does the same, and fails where it says something. */
async function fakeNpm(says: string, milliseconds = 0): Promise<void> {
  await writeFile(
    join(root, 'npm-cli.js'),
    `const fs = require('node:fs');
     fs.appendFileSync('calls.log', 'npm ' + process.argv[2] + '\\n');
     setTimeout(() => {
       if (${JSON.stringify(says)} !== '') { console.error(${JSON.stringify(says)}); process.exit(1); }
       fs.mkdirSync('${BIN}', { recursive: true });
       fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
       fs.writeFileSync('${BIN}/tsc', ${JSON.stringify(COMPILER)});
     }, ${milliseconds});`,
  );
}

async function calls(): Promise<string[]> {
  return (await readFile(join(root, 'calls.log'), 'utf8')).trim().split('\n');
}

async function write(path: string, content: unknown): Promise<void> {
  await writeFile(join(root, path), JSON.stringify(content));
}
