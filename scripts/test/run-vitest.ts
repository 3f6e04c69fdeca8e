import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runInGroup } from './run-in-group.ts';
import type { Tally } from './tally.ts';

/** Where the counting reporter writes its tally. */
export const TALLY_FILE = 'ELIRA_TEST_TALLY';

/** Runs vitest with `args` and counts what ran. A run without tests, or that fails without saying why, counts as one failure. */
export async function runVitest(args: readonly string[], signal: AbortSignal): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'elira-tally-'));
  try {
    const file = join(folder, 'tally.json');
    const reporters = ['--reporter=default', `--reporter=${resolve('scripts/test/counting-reporter.ts')}`];
    const env = { ...process.env, [TALLY_FILE]: file };
    const code = await runInGroup([resolve('node_modules/vitest/vitest.mjs'), 'run', ...reporters, ...args], signal, env);
    return judged(await readTally(file), code, args);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The tally, with a failure of its own where vitest's exit code says more than the tests did. */
function judged(tally: Tally | undefined, code: number, args: readonly string[]): Tally {
  const run = `vitest ${args.join(' ')}`;
  if (tally === undefined) return { passed: 0, failed: [`${run}: ended with code ${code} before it could count`], skipped: [] };
  const ran = tally.passed + tally.failed.length + tally.skipped.length;
  if (ran === 0) return { ...tally, failed: [`${run}: found no tests`] };
  if (code !== 0 && tally.failed.length === 0) return { ...tally, failed: [`${run}: ended with code ${code}`] };
  return tally;
}

async function readTally(file: string): Promise<Tally | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Tally;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
