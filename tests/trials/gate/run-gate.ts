import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeRandom } from '@elira/testkit';
import { planFaults } from '../faults/plan-faults.ts';
import { recordResult } from '../record-result.ts';
import { GateFolder, type GateRun } from './gate-folder.ts';
import { gateCommand, gateSummary, judgeRun, legLines, runLines } from './gate-report.ts';
import type { LegVerdict } from './judge-leg.ts';
import { runLeg } from './leg.ts';
import { injectionsOf, planLegs } from './plan-legs.ts';

/**
 * The gate: one run, in legs. Each leg is a history of its own that is judged before the next begins, by a process of its own; the run is
 * right when every leg is, when everything happened that must, and when clients healed soon enough.
 */
export type GateOptions = Omit<GateRun, 'done'> & {
  readonly out?: string;
  /** The folder of a run to go on with. */
  readonly resume?: string;
  readonly keep: boolean;
  readonly record: boolean;
};

const JUDGE_FILE = fileURLToPath(new URL('judge-leg.ts', import.meta.url));

export async function runGate(options: GateOptions, say: (line: string) => void): Promise<boolean> {
  const path = options.resume ?? options.out ?? mkdtempSync(join(tmpdir(), 'elira-gate-'));
  const folder = new GateFolder(path);
  let run = openRun(folder, options, say);
  const kinds = injectionsOf(planFaults(run.faults));
  const plan = planLegs(kinds, run.legs, run.injections, makeRandom(run.seed).fork('plan'));
  say(`  to go on after a stop: npm run trials -- --tier gate --resume ${path}`);
  while (run.done.length < run.legs) {
    run = await oneLeg(run, folder, plan[run.done.length] ?? [], say);
    const last = run.done.at(-1);
    for (const line of last === undefined ? [] : legLines(run, last, folder.segments(run.done.length))) say(line);
    if (last === undefined || last.findings.length > 0) break;
    if (!options.keep) rmSync(folder.segments(run.done.length), { recursive: true });
  }
  const findings = judgeRun(run, kinds);
  for (const line of runLines(run, findings)) say(line);
  const outcome = `${findings.length === 0 ? 'PASS' : 'FAIL'}: ${gateSummary(run, findings)}`;
  if (options.record) recordResult({ commit: run.commit, command: gateCommand(run), outcome });
  if (findings.length === 0 && options.out === undefined && options.resume === undefined && !options.keep)
    rmSync(path, { recursive: true });
  return findings.length === 0;
}

function openRun(folder: GateFolder, options: GateOptions, say: (line: string) => void): GateRun {
  if (options.resume !== undefined) {
    const run = folder.read();
    say(`gate seed ${run.seed} goes on after leg ${run.done.length} of ${run.legs}, commit ${run.commit}`);
    if (run.commit !== options.commit) say(`  this is commit ${options.commit}`);
    return run;
  }
  if (folder.isThere) throw new Error(`There is a run in ${folder.path} already: go on with --resume ${folder.path}`);
  const { seed, commit, clients, transactions, injections, legs, pauseMs, faults } = options;
  say(
    `gate seed ${seed}: ${clients} clients, ${transactions} transactions and ${injections} injections in ${legs} legs, commit ${commit}`,
  );
  const run = { seed, commit, clients, transactions, injections, legs, pauseMs, faults, done: [] };
  folder.write(run);
  return run;
}

async function oneLeg(
  run: GateRun,
  folder: GateFolder,
  injections: Parameters<typeof runLeg>[0]['injections'],
  say: (line: string) => void,
): Promise<GateRun> {
  const number = run.done.length + 1;
  const began = performance.now();
  await folder.begin(number);
  const transactions = Math.ceil(run.transactions / run.legs);
  const { seed, commit, clients, pauseMs } = run;
  const segments = folder.segments(number);
  const random = makeRandom(seed).fork(`leg ${number}`);
  const { asked, home } = await runLeg(
    { number, seed, commit, clients, transactions, pauseMs, injections, folder: folder.work, segments },
    random,
    say,
  );
  const ran = performance.now();
  const load = Math.round((loadavg()[1] ?? 0) * 10) / 10;
  const verdict = await judged(segments);
  const seconds = (from: number, to: number): number => Math.round((to - from) / 1000);
  const next = {
    ...run,
    done: [
      ...run.done,
      { ...verdict, asked, seconds: seconds(began, ran), judgedSeconds: seconds(ran, performance.now()), load },
    ],
  };
  // One that was wrong does not count: after a remedy it is begun again.
  if (verdict.findings.length === 0) await folder.end(next, home);
  return next;
}

async function judged(segments: string): Promise<LegVerdict> {
  const path = join(segments, 'verdict.json');
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', '--max-old-space-size=8192', JUDGE_FILE, segments, path],
    { stdio: 'inherit' },
  );
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`the judge of ${segments} ended with ${code ?? 'a signal'}`);
  return JSON.parse(readFileSync(path, 'utf8')) as LegVerdict;
}
