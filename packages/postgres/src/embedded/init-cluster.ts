import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterHome } from './cluster-home.ts';
import { giveTo } from './cluster-home.ts';
import { failureFromLog } from './postgres-failure.ts';
import { exitCode, namedUid, namespacesAllowed, readPasswd, spawnAs } from './run-as.ts';
import type { RunAs } from './run-as.ts';
import { serverEnvironment } from './server-environment.ts';

/** How long an initdb without a parent may go on writing before its folder counts as one that cannot be cleared. */
const WRITING_MS = 30_000;
const LOOK_AGAIN_MS = 50;

/**
 * Makes a new cluster: beside its place, then renamed into it, so that a start killed half way leaves no half cluster.
 * UTF-8 with the same order and case rules on every machine. Call under the start lock.
 */
export async function initCluster(home: ClusterHome, binFolder: string, major: number, durable: boolean): Promise<void> {
  await clearLeftovers(home);
  const aside = `${home.data}.new-${process.pid}`;
  await mkdir(aside, { mode: 0o700 });
  await giveTo(home.runAs, aside);
  const password = randomBytes(18).toString('base64url');
  const passwordFile = `${aside}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  await giveTo(home.runAs, passwordFile);
  try {
    await runInitdb(home.runAs, join(binFolder, 'initdb'), initdbArguments(aside, passwordFile, major, durable));
    await writeFile(join(home.folder, 'password'), password, { mode: 0o600 });
    await rename(aside, home.data);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw error;
  } finally {
    await unlink(passwordFile).catch(() => undefined);
  }
}

async function clearLeftovers(home: ClusterHome): Promise<void> {
  const parent = dirname(home.data);
  const names = await readdir(parent);
  const leftovers = names.filter((name) => name.startsWith(`${basename(home.data)}.new-`));
  for (const name of leftovers) await clearAway(join(parent, name));
}

/** An initdb whose parent was killed goes on writing for a moment, into the folder that is being emptied. */
async function clearAway(path: string): Promise<void> {
  const until = Date.now() + WRITING_MS;
  for (;;) {
    try {
      await rm(path, { recursive: true, force: true });
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(LOOK_AGAIN_MS);
    }
  }
}

/** Pure. */
export function initdbArguments(data: string, passwordFile: string, major: number, durable: boolean): string[] {
  const locale = major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'] : ['--locale=C'];
  const trust = ['--auth-local=trust', '--auth-host=scram-sha-256', `--pwfile=${passwordFile}`];
  return ['-D', data, '-U', 'postgres', '--encoding=UTF8', ...locale, ...trust, ...(durable ? [] : ['--no-sync'])];
}

async function runInitdb(runAs: RunAs, initdb: string, args: readonly string[]): Promise<void> {
  const child = spawnAs(await withName(runAs), initdb, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: serverEnvironment(initdb),
    detached: true,
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-8192);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const code = await exitCode(child);
  if (code === 0) return;
  throw failureFromLog('initdb_failed', output === '' ? `initdb could not be run (${initdb})` : output);
}

/** initdb looks up the name of its user and gives up where there is none; the server itself does not mind. */
async function withName(runAs: RunAs): Promise<RunAs> {
  if (runAs.kind === 'namespace') return runAs;
  const passwd = await readPasswd();
  const uid = runAs.kind === 'user' ? runAs.uid : process.getuid?.();
  if (passwd.some((entry) => entry.uid === uid) || runAs.kind === 'user') return runAs;
  const shownUid = namedUid(passwd);
  return (await namespacesAllowed(shownUid)) ? { kind: 'namespace', shownUid } : runAs;
}
