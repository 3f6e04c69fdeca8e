import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { recordResult } from '../record-result.ts';
import { countsOf, missingFaults, ruleCounts, slowToHeal } from './simulation-report.ts';
import type { SeedResult } from './run-seed.ts';

export type SimulationOptions = {
  readonly first: number;
  readonly count: number;
  readonly undisturbed: boolean;
  /** No further seed after one that failed. */
  readonly bail: boolean;
  readonly record: boolean;
  readonly commit: string;
};

const WORKER = fileURLToPath(new URL('seed-worker.ts', import.meta.url));
/** Processes at the same time. */
const WORKERS = 2;
/** Failing seeds that are shown with their last lines. */
const SHOWN = 3;

/** `npm run trials -- --tier simulation`: every seed in one of two processes. Tells whether all passed. */
export async function runSimulation(options: SimulationOptions, say: (line: string) => void): Promise<boolean> {
  const began = performance.now();
  const results: SeedResult[] = [];
  const workers = Math.min(WORKERS, options.count);
  const enough = new AbortController();
  const codes = await Promise.all(
    Array.from({ length: workers }, (_, index) =>
      runWorker({ index, workers, options, signal: enough.signal }, (result) => {
        if (enough.signal.aborted) return;
        results.push(result);
        if (result.findings.length === 0) return;
        sayFailure(result, results, say);
        if (options.bail) enough.abort();
      }),
    ),
  );
  const failed = results.filter(({ findings }) => findings.length > 0).length;
  const whole = codes.every((code) => code === 0) && results.length === options.count;
  if (enough.signal.aborted) say(`  no further seed: ${results.length} of ${options.count} seeds were run`);
  else if (!whole) say(`  a process broke off: ${results.length} of ${options.count} seeds were run`);
  for (const line of countsOf(results)) say(line);
  const slow = slowToHeal(results);
  if (slow !== undefined) say(`  ${slow}`);
  const missing = missingFaults(results);
  if (missing.length > 0) say(`  never struck: ${missing.join(', ')}`);
  const passed = whole && failed === 0 && slow === undefined && missing.length === 0;
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  say(`${passed ? 'PASS' : 'FAIL'} simulation: ${results.length - failed} of ${options.count} seeds, ${seconds} s`);
  if (options.record) {
    const command = `npm run trials -- --tier simulation --seed ${options.first} --seeds ${options.count}`;
    const outcome = `${passed ? 'PASS' : 'FAIL'}: ${countsOf(results).join('; ')}; ${seconds} s`;
    recordResult({ commit: options.commit, command, outcome });
  }
  return passed;
}

function runWorker(
  {
    index,
    workers,
    options: { first, count, undisturbed },
    signal,
  }: { readonly index: number; readonly workers: number; readonly options: SimulationOptions; readonly signal: AbortSignal },
  take: (result: SeedResult) => void,
): Promise<number | null> {
  // What a simulation throws away is thrown away at once.
  const args = ['--max-semi-space-size=64', '--conditions=source', '--import', 'tsx', WORKER];
  const share = ['--seed', String(first + index), '--seeds', String(count - index), '--every', String(workers)];
  const child = spawn(process.execPath, [...args, ...share, ...(undisturbed ? ['--undisturbed'] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: child.stdout }).on('line', (line) => take(JSON.parse(line) as SeedResult));
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => child.kill());
  signal.addEventListener('abort', () => child.kill(), { once: true });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}

function sayFailure(result: SeedResult, results: readonly SeedResult[], say: (line: string) => void): void {
  const { seed, findings, lastLines } = result;
  say(`seed ${seed} failed; npm run trials -- --tier simulation --seed ${seed}`);
  for (const [rule, count] of ruleCounts(findings)) say(`  ${rule}: ${count}`);
  for (const { rule, what } of findings.slice(0, SHOWN)) say(`    ${rule}: ${what}`);
  if (results.filter((one) => one.findings.length > 0).length > SHOWN) return;
  say('  the last of what happened:');
  for (const line of lastLines) say(`    ${line}`);
}
