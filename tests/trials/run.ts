import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGate, readGateOptions } from './gate/gate-options.ts';
import { runGate } from './gate/run-gate.ts';
import { readHistory } from './history.ts';
import { judge } from './judge/judge.ts';
import { readOptions, type TrialOptions } from './options.ts';
import { recordResult } from './record-result.ts';
import { commandOf, reportLines, summaryOf } from './report.ts';
import { runSimulation } from './simulation/run-simulation.ts';
import { runTrial } from './trial.ts';

/**
 * `npm run trials -- --tier integration --faults disconnect,kill [--seed N] [--seeds 3] [--transactions 2000] [--judge file]`
 *
 * `npm run trials -- --tier simulation [--seed N] [--seeds 1000]`
 *
 * `npm run trials -- --tier gate [--seed N] [--clients 500] [--transactions 50000] [--injections 300] [--resume folder]`
 *
 * Each seed is a run on a cluster of its own; its history file is judged afterwards. Exit code 0: every run passed.
 */
const say = (line: string): void => console.log(line);
const words = process.argv.slice(2);
process.exitCode = (await (isGate(words) ? runGate(chosenBy(readGateOptions), say) : chosen(chosenBy(readOptions)))) ? 0 : 1;

async function chosen(all: TrialOptions): Promise<boolean> {
  if (all.judge !== undefined) return judged(all.judge).verdict;
  if (all.tier === 'integration') return await runAll(all);
  const { seeds, undisturbed, record, commit } = all;
  return await runSimulation({ first: seeds[0] ?? 1, count: seeds.length, undisturbed, record, commit }, say);
}

async function runAll(chosen: TrialOptions): Promise<boolean> {
  const folder = chosen.out ?? mkdtempSync(join(tmpdir(), 'elira-trials-'));
  let passed = 0;
  for (const seed of chosen.seeds) {
    const began = performance.now();
    const path = join(folder, `seed-${seed}.jsonl`);
    say(
      `trial seed ${seed}: ${chosen.transactions} transactions, faults ${chosen.faults.join(' and ') || 'none'}, commit ${chosen.commit}`,
    );
    const whole = await runTrial(chosen, seed, path, say).then(
      () => true,
      (error: unknown) => {
        say(`  the run broke off: ${error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error)}`);
        return false;
      },
    );
    const { verdict, summary } = judged(path);
    const ok = verdict && whole;
    if (ok) passed += 1;
    if (chosen.record)
      recordResult({ commit: chosen.commit, command: commandOf(chosen, seed), outcome: `${ok ? 'PASS' : 'FAIL'}: ${summary}` });
    if (ok && !chosen.keep) rmSync(path);
    say(`  ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
  if (passed === chosen.seeds.length && chosen.out === undefined && !chosen.keep) rmSync(folder, { recursive: true });
  say(`${passed === chosen.seeds.length ? 'PASS' : 'FAIL'} trials: ${passed} of ${chosen.seeds.length} seeds`);
  return passed === chosen.seeds.length;
}

function judged(path: string): { verdict: boolean; summary: string } {
  const entries = readHistory(path);
  const found = judge(entries);
  for (const line of reportLines(entries, found, path)) say(line);
  return { verdict: found.findings.length === 0, summary: summaryOf(entries, found) };
}

function chosenBy<T>(read: (args: readonly string[]) => T): T {
  try {
    return read(words);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}
