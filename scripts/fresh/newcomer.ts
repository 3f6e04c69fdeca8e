import { execFileSync } from 'node:child_process';
import { chmod, chown, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Somebody who has just cloned the project: a home of their own, 0700, and a checkout in a folder with a space in its name. */
export type Newcomer = {
  readonly name: string;
  readonly home: string;
  readonly checkout: string;
  readonly env: NodeJS.ProcessEnv;
  /** Absent where it is the user who runs this. */
  readonly ids: { readonly uid: number; readonly gid: number } | undefined;
  readonly leave: () => Promise<void>;
};

/** Settings of npm that say how to reach packages; everything else npm told us about itself is not passed on. */
const REACH = /^npm_config_(registry|proxy|https_proxy|noproxy|cafile|strict_ssl)$/i;
/** A user id that has no name, for machines without `useradd`. */
const NAMELESS = 54_321;

/** Makes the newcomer; `cold` gives them an empty npm cache, otherwise they have a copy of ours. */
export async function newcomer(kind: 'root' | 'user', cold: boolean): Promise<Newcomer> {
  const home = await mkdtemp(join(tmpdir(), 'elira-fresh-'));
  const account = kind === 'user' && process.getuid?.() === 0 ? makeAccount(home) : undefined;
  await chmod(home, 0o700);
  const cache = join(home, 'npm-cache');
  await mkdir(cache);
  const ours = execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim();
  if (!cold) await cp(join(ours, '_cacache'), join(cache, '_cacache'), { recursive: true, force: false }).catch(ignoreMissing);
  if (account !== undefined) {
    execFileSync('chown', ['-R', `${account.uid}:${account.gid}`, home]);
    await chown(home, account.uid, account.gid);
  }
  const name = account?.name ?? userInfo().username;
  const passedOn = Object.entries(process.env).filter(
    ([key]) => !/^(npm_|INIT_CWD|PORT$|HOST$|DATABASE_|ELIRA_|NODE_ENV)/.test(key) || REACH.test(key),
  );
  return {
    name,
    home,
    checkout: join(home, 'a fresh clone', 'elira'),
    env: { ...Object.fromEntries(passedOn), HOME: home, USER: name, LOGNAME: name, npm_config_cache: cache },
    ids: account,
    leave: async () => {
      if (account?.made === true) execFileSync('userdel', [account.name], { stdio: 'ignore' });
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Clones HEAD of `from` for the newcomer. */
export async function clone(from: string, { checkout, home, ids }: Newcomer): Promise<void> {
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', from, checkout]);
  if (ids !== undefined) execFileSync('chown', ['-R', `${ids.uid}:${ids.gid}`, join(home, 'a fresh clone')]);
  await chmod(home, 0o700);
}

type Account = { readonly name: string; readonly uid: number; readonly gid: number; readonly made: boolean };

function makeAccount(home: string): Account {
  const name = `elira-fresh-${process.pid}`;
  try {
    execFileSync('useradd', ['--no-create-home', '--home-dir', home, name], { stdio: 'ignore' });
  } catch {
    return { name: String(NAMELESS), uid: NAMELESS, gid: NAMELESS, made: false };
  }
  const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { name, uid: id('-u'), gid: id('-g'), made: true };
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
