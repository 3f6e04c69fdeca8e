import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterHome } from './cluster-home.ts';
import { PostgresFailure, failureFromLog } from './postgres-failure.ts';
import { parsePostmasterPid } from './postmaster-pid.ts';
import type { PostmasterPid } from './postmaster-pid.ts';
import { spawnAs } from './run-as.ts';
import { serverEnvironment } from './server-environment.ts';
import { limitLog, logSince, logSize, withLogFile } from './server-log.ts';

const LOOK_MS = 10;

/**
 * Starts the postmaster, apart from our terminal: Ctrl-C must reach us alone, so that we can stop the server in order. It
 * writes to a file, never to a pipe of ours, and so outlives us. Resolves once it holds the data folder.
 */
export async function launchPostmaster(home: ClusterHome, postgres: string): Promise<PostmasterPid> {
  const log = join(home.home, 'postgres.log');
  await limitLog(log);
  const offset = await logSize(log);
  const child = withLogFile(log, (descriptor) =>
    spawnAs(home.runAs, postgres, ['-D', home.data], {
      stdio: ['ignore', descriptor, descriptor],
      env: serverEnvironment(postgres),
      detached: true,
    }),
  );
  child.unref();
  const ended = whenEnded(child);
  for (;;) {
    const outcome = await Promise.race([ended, sleep(LOOK_MS)]);
    if (outcome !== undefined) throw startFailure(outcome, await logSince(log, offset), postgres);
    const file = parsePostmasterPid(await readFile(join(home.data, 'postmaster.pid'), 'utf8').catch(() => ''));
    if (file !== undefined && file.pid === child.pid) return file;
  }
}

type Outcome = { readonly error: Error | undefined };

function whenEnded(child: ChildProcess): Promise<Outcome> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ error }));
    child.once('exit', () => resolve({ error: undefined }));
  });
}

function startFailure(outcome: Outcome, log: string, postgres: string): PostgresFailure {
  if (outcome.error === undefined) return failureFromLog('start_failed', log);
  return new PostgresFailure(
    'platform_unsupported',
    `The PostgreSQL binaries cannot be run here (${postgres}: ${outcome.error.message}).`,
    'They need a system with glibc and a folder that allows programs. Set DATABASE_URL to a PostgreSQL (14 or newer) of your own.',
    { cause: outcome.error },
  );
}
