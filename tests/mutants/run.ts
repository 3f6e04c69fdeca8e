import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { applyPatch, createTree } from './mutant-tree.ts';
import { readMutants, type Mutant } from './mutant.ts';

/**
 * `npm run mutants [-- name …] [--tier simulation]`: are the trials able to fail? Each patch of this folder is applied to a copy of what is committed. A mutant
 * counts only if the program still starts and one undisturbed client converges with it; then its check must fail, and not for want of
 * anything but correctness. Exit code 0: every mutant was caught. With `--tier simulation` its check is that tier, whatever the patch names.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = fileURLToPath(new URL('.', import.meta.url));
/** Milliseconds one trial or test may take. */
const PATIENCE_MS = 8 * 60_000;
const UNDISTURBED = ['--undisturbed', '--faults', 'none', '--seed', '1', '--transactions', '30'];

type Outcome = { readonly verdict: 'caught' | 'SURVIVED' | 'DOES NOT COUNT'; readonly why: string };

const SIMULATED = ['--tier', 'simulation', '--seed', '1', '--seeds', '60'];
const SIMULATED_UNDISTURBED = ['--tier', 'simulation', '--seed', '1', '--seeds', '2', '--undisturbed'];

const { values, positionals } = parseArgs({ options: { tier: { type: 'string' } }, allowPositionals: true });
const isSimulated = values.tier === 'simulation';
const wanted = positionals.map((name) => name.replaceAll('-', ' '));
const mutants = readMutants(FOLDER).filter(({ name }) => wanted.length === 0 || wanted.includes(name));
if (mutants.length === 0) {
  console.error(
    `There is no such mutant. There are: ${readMutants(FOLDER)
      .map(({ name }) => name)
      .join(', ')}`,
  );
  process.exit(2);
}
let current: ChildProcess | undefined;
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted = true;
    // The trial stops what it started; then its copy is removed as usual.
    current?.kill('SIGTERM');
  });
}
let caught = 0;
for (const mutant of mutants) {
  if (interrupted) break;
  const began = performance.now();
  const { verdict, why } = await tryMutant(mutant);
  if (verdict === 'caught') caught += 1;
  console.log(
    `${verdict.padEnd(8)} ${mutant.name} (${mutant.what}): ${why}  ${((performance.now() - began) / 1000).toFixed(0)} s`,
  );
}
console.log(`${caught === mutants.length ? 'PASS' : 'FAIL'} mutants: ${caught} of ${mutants.length} caught`);
process.exitCode = caught === mutants.length ? 0 : 1;

async function tryMutant({ patch, check }: Mutant): Promise<Outcome> {
  const tree = createTree(ROOT);
  try {
    applyPatch(tree, patch);
    const quiet = await runIn(tree.folder, trialsCommand(isSimulated ? SIMULATED_UNDISTURBED : UNDISTURBED));
    if (quiet.code !== 0)
      return { verdict: 'DOES NOT COUNT', why: `one undisturbed client does not converge: ${lastLines(quiet.output)}` };
    if (isSimulated) return judgeTrial(await runIn(tree.folder, trialsCommand(SIMULATED)));
    if (check.kind === 'test')
      return judgeTest(await runIn(tree.folder, ['node_modules/vitest/vitest.mjs', 'run', ...check.args]));
    return judgeTrial(await runIn(tree.folder, trialsCommand(check.args)));
  } catch (error) {
    return { verdict: 'DOES NOT COUNT', why: error instanceof Error ? error.message : String(error) };
  } finally {
    tree.remove();
  }
}

function trialsCommand(args: readonly string[]): string[] {
  return ['--conditions=source', '--import', 'tsx', 'tests/trials/run.ts', ...args];
}

/** Caught by what the judge found; a run that broke off, or in which something did not happen, has found nothing. */
function judgeTrial({ code, output }: Ran): Outcome {
  const rules = [...output.matchAll(/^ {2}(\S[^:\n]*): (\d+)$/gm)]
    .filter(([, rule]) => rule !== 'trial')
    .map(([, rule, count]) => `${rule} (${count})`);
  if (code === 1 && rules.length > 0) return { verdict: 'caught', why: `by ${rules.join(', ')}` };
  return { verdict: 'SURVIVED', why: lastLines(output) };
}

function judgeTest({ code, output }: Ran): Outcome {
  const failed = [...output.matchAll(/^\s*(?:FAIL|×)\s+(.+)$/gm)].map(([, title]) => title ?? '');
  return code === 1 && failed.length > 0
    ? { verdict: 'caught', why: `by ${failed[0]}` }
    : { verdict: 'SURVIVED', why: lastLines(output) };
}

type Ran = { readonly code: number | null; readonly output: string };

function runIn(cwd: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE_MS });
    current = child;
    let output = '';
    const take = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', reject);
    // Colours, where the surroundings ask for them, are no part of what is judged.
    child.once('close', (code) => resolve({ code, output: stripVTControlCharacters(output) }));
  });
}

function lastLines(output: string): string {
  const lines = output.trim().split('\n');
  const broke = lines.findIndex((line) => line.includes('broke off:'));
  return [...(broke < 0 ? [] : lines.slice(broke, broke + 4)), ...lines.slice(-6)].join(' | ');
}
