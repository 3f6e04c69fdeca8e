import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A fault planted into our own code, and what must notice it. */
export type Mutant = {
  readonly name: string;
  readonly patch: string;
  /** Of the patch with its head. */
  readonly hash: string;
  /** What is wrong with it, in a sentence. */
  readonly what: string;
  /** Whether it reaches what the simulation does not run: SQL, or Elira itself. */
  readonly needsDatabase: boolean;
  /** Tried one after the other, until one notices it. */
  readonly checks: readonly MutantCheck[];
};

export type MutantCheck = {
  readonly tier: 'simulation' | 'integration' | 'test';
  /** Arguments of `npm run trials`, or of vitest. */
  readonly args: readonly string[];
};

/** Seeds of the simulation that a mutant is tried with, unless its patch says otherwise. */
const SIMULATED = '--seed 1 --seeds 60';

/** Reads every `<name>.patch` of a folder. */
export function readMutants(folder: string): Mutant[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.patch'))
    .toSorted()
    .map((file) => parseMutant(join(folder, file), readFileSync(join(folder, file), 'utf8')));
}

/**
 * Before the diff stand `what: …` and at least one check: `trials: <arguments of npm run trials>` for the integration tier,
 * `simulation: <arguments of that tier>`, or `test: <arguments of vitest>`. What is for trials is tried with the simulation first, unless
 * `tier: integration` says that the simulation does not model it. Words in double quotes stay together. Pure.
 */
export function parseMutant(path: string, text: string): Mutant {
  const file = basename(path);
  const [head = '', ...diffs] = text.split(/^diff --git /m);
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.+)$`, 'm').exec(head)?.[1];
  const [what, trials, test, tier] = [field('what'), field('trials'), field('test'), field('tier')];
  if (tier !== undefined && tier !== 'integration') throw new Error(`${file}: its "tier:" can only be integration`);
  const simulated = tier === undefined && test === undefined ? (field('simulation') ?? (trials && SIMULATED)) : undefined;
  const checks: MutantCheck[] = [];
  if (simulated !== undefined)
    checks.push({ tier: 'simulation', args: ['--tier', 'simulation', '--bail', ...words(simulated)] });
  if (trials !== undefined) checks.push({ tier: 'integration', args: words(trials) });
  if (test !== undefined) checks.push({ tier: 'test', args: words(test) });
  if (what === undefined || checks.length === 0)
    throw new Error(`${file}: lacks its "what:", or all of "trials:", "simulation:" and "test:"`);
  return {
    name: basename(path, '.patch').replaceAll('-', ' '),
    patch: path,
    hash: createHash('sha256').update(text).digest('hex').slice(0, 16),
    what,
    needsDatabase: tier !== undefined || diffs.some((diff) => /^a\/(apps\/|\S*\.sql )/.test(diff)),
    checks,
  };
}

function words(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}
