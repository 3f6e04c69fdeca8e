import { bugsOfOthers } from './bugs-of-others.ts';
import { docLinks } from './doc-links.ts';
import { fileSizes } from './file-sizes.ts';
import type { Finding } from './finding.ts';
import { hygiene } from './hygiene.ts';
import { lockFile } from './lock-file.ts';
import { ruleIds } from './rule-ids.ts';
import { runTool } from './run-tool.ts';

export type Check = {
  readonly name: string;
  /** What it finds, in a few words. */
  readonly finds: string;
  /** The findings in the tree under `root`; none is a pass. */
  readonly run: (root: string) => Promise<readonly Finding[]>;
};

/** Everything `npm run check` looks at, the longest first so that two at a time finish soonest. */
export const CHECKS: readonly Check[] = [
  {
    name: 'pure',
    finds: 'tests that need nothing',
    run: (root) => tool(root, 'vitest', ['run', '--project', 'pure', '--reporter=dot']),
  },
  {
    name: 'knip',
    finds: 'dead code, unused and unlisted dependencies',
    run: (root) => tool(root, 'knip', ['--no-progress', '--no-config-hints']),
  },
  {
    name: 'lint',
    finds: 'floating promises, cycles, any, imports against the arrows',
    run: (root) => tool(root, 'oxlint', ['-f', 'unix']),
  },
  {
    name: 'types',
    finds: 'type errors',
    run: async (root) => (await Promise.all(PROGRAMS.map((file) => types(root, file)))).flat(),
  },
  {
    name: 'format',
    finds: 'files that `npm run check -- --fix` would change',
    run: (root) => tool(root, 'oxfmt', ['--check']),
  },
  { name: 'rules', finds: 'rules without a test, tests without a rule', run: ruleIds },
  { name: 'bugs', finds: 'bugs that others shipped, without their named test', run: bugsOfOthers },
  { name: 'lock', finds: 'what would fail npm ci in a fresh clone', run: lockFile },
  { name: 'links', finds: 'links in the documents that lead nowhere', run: docLinks },
  { name: 'sizes', finds: 'files that hold more than one concept', run: fileSizes },
  { name: 'hygiene', finds: 'paths of one machine, registries, secrets, suppressions', run: hygiene },
];

/** What runs in Node, and what runs in browsers: each knows only the globals of its own world. */
const PROGRAMS = ['tsconfig.json', 'apps/web/tsconfig.json', 'examples/tsconfig.json'] as const;

function types(root: string, file: string): Promise<readonly Finding[]> {
  return tool(root, 'tsc', ['--noEmit', '-p', file], 'typescript');
}

async function tool(root: string, name: string, args: readonly string[], from = name): Promise<readonly Finding[]> {
  const { code, output } = await runTool(root, name, args, from);
  if (code === 0) return [];
  return output.trim() === '' ? [`${name} ended with code ${code} and said nothing`] : output.trimEnd().split('\n');
}
