import { applyPatch, createTree } from './mutant-tree.ts';
import type { Mutant, MutantCheck } from './mutant.ts';
import type { Ran } from './run-node.ts';

/** What became of a mutant. */
export type Outcome = {
  readonly verdict: 'caught' | 'SURVIVED' | 'DOES NOT COUNT';
  /** What noticed it: the tier with its seed, or the test file; and which properties. Or what was seen instead. */
  readonly by: string;
  readonly seconds: number;
};

/** One undisturbed client, whom every version of the program must serve, however wrong. */
const UNDISTURBED = {
  simulation: ['--tier', 'simulation', '--seed', '1', '--seeds', '2', '--undisturbed'],
  integration: ['--undisturbed', '--faults', 'none', '--seed', '1', '--transactions', '30'],
};

/**
 * Applies a mutant to a copy of what is committed. It counts only if one undisturbed client converges with it; then one of its checks must
 * fail, and not for want of anything but correctness.
 */
export async function tryMutant(
  { patch, checks, needsDatabase }: Mutant,
  from: { readonly root: string; readonly commit: string },
  run: (cwd: string, args: readonly string[]) => Promise<Ran>,
): Promise<Outcome> {
  const began = performance.now();
  const outcome = (verdict: Outcome['verdict'], by: string): Outcome => {
    return { verdict, by, seconds: Math.round((performance.now() - began) / 1000) };
  };
  const tree = createTree(from);
  try {
    applyPatch(tree, patch);
    let quiet: Ran | undefined;
    // Of a world as varied as the simulation's even one undisturbed client may see too much: then PostgreSQL has the last word.
    for (const tier of needsDatabase ? (['integration'] as const) : (['simulation', 'integration'] as const))
      if (quiet?.code !== 0) quiet = await run(tree.folder, trialsCommand(UNDISTURBED[tier]));
    if (quiet?.code !== 0)
      return outcome('DOES NOT COUNT', `one undisturbed client does not converge: ${lastLines(quiet?.output ?? '')}`);
    let seen = '';
    for (const check of checks) {
      const ran = await run(tree.folder, commandOf(check));
      const by = noticed(check, ran);
      if (by !== undefined) return outcome('caught', by);
      seen = lastLines(ran.output);
    }
    return outcome('SURVIVED', seen);
  } catch (error) {
    return outcome('DOES NOT COUNT', error instanceof Error ? error.message : String(error));
  } finally {
    tree.remove();
  }
}

function commandOf({ tier, args }: MutantCheck): string[] {
  return tier === 'test' ? ['node_modules/vitest/vitest.mjs', 'run', ...args] : trialsCommand(args);
}

function trialsCommand(args: readonly string[]): string[] {
  return ['--conditions=source', '--import', 'tsx', 'tests/trials/run.ts', ...args];
}

/** What noticed it, in words; undefined where nothing did. Pure. */
export function noticed({ tier }: Pick<MutantCheck, 'tier'>, { code, output }: Ran): string | undefined {
  if (code !== 1) return undefined;
  if (tier === 'test') {
    const title = /^\s*(?:FAIL|×)\s+(.+)$/m.exec(output)?.[1];
    return title && `test: ${title.replace(/^\|?\s*(?:pure|pg|browser)\s*\|?\s*/, '').trim()}`;
  }
  // Of the simulation's seeds the first that failed; a run that broke off, or in which something did not happen, has found nothing.
  const [seed] = [...output.matchAll(/^(?:seed (\d+) failed|FAIL seed (\d+))/gm)].map(([, one, other]) => one ?? other);
  const rules = [...output.matchAll(/^ {2}(\S[^:\n]*): (\d+)$/gm)]
    .filter(([, rule]) => rule !== 'trial')
    .map(([, rule]) => rule);
  return seed === undefined || rules.length === 0 ? undefined : `${tier}: ${rules.join(', ')} (seed ${seed})`;
}

function lastLines(output: string): string {
  const lines = output.trim().split('\n');
  const broke = lines.findIndex((line) => line.includes('broke off:'));
  return [...(broke < 0 ? [] : lines.slice(broke, broke + 4)), ...lines.slice(-6)].join(' | ');
}
