import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mutant } from './mutant.ts';
import type { Outcome } from './try-mutant.ts';

/** What was found out before, so that a run that was cut off goes on: by what the mutant is, and by the code that it was tried with. */
export type KeptOutcomes = {
  readonly get: (mutant: Mutant) => Outcome | undefined;
  readonly set: (mutant: Mutant, outcome: Outcome) => void;
};

type Kept = { readonly outcomes: Record<string, Outcome> };

const FILE = join('.elira', 'mutants.json');
/** Most bytes of the list of files. */
const LISTING_BYTES = 16 * 1024 * 1024;
/** Outcomes kept; the oldest go. */
const MOST = 500;
/** Documents and what only the check itself is made of: of no mutant do they change what becomes of it. */
const NEVER = /\t(tests\/mutants\/\S+|scripts\/\S+|\S+\.md|docs\/.*)$/;
const TESTS = /\t(\S+\.test\.tsx?|(packages|apps)\/[^/]+\/fixture\/.*)$/;

export function openOutcomes({ root, commit }: { readonly root: string; readonly commit: string }): KeptOutcomes {
  const path = join(root, FILE);
  const code = codeOf(root, commit);
  const keyOf = ({ hash, checks }: Mutant): string => {
    const isForTests = checks.some(({ tier }) => tier === 'test');
    return `${hash} ${isForTests ? code.withTests : code.alone}`;
  };
  const outcomes = new Map(Object.entries(read(path)));
  return {
    get: (mutant) => outcomes.get(keyOf(mutant)),
    set(mutant, outcome) {
      const key = keyOf(mutant);
      outcomes.delete(key);
      outcomes.set(key, outcome);
      mkdirSync(dirname(path), { recursive: true });
      const kept: Kept = { outcomes: Object.fromEntries([...outcomes].slice(-MOST)) };
      writeFileSync(`${path}.new`, JSON.stringify(kept));
      renameSync(`${path}.new`, path);
    },
  };
}

function read(path: string): Record<string, Outcome> {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as Kept).outcomes;
  } catch {
    return {};
  }
}

/** Hashes of what is committed: of what trials run, and of that with the tests. */
function codeOf(root: string, commit: string): { readonly alone: string; readonly withTests: string } {
  const listed = execFileSync('git', ['ls-tree', '-r', commit], { cwd: root, encoding: 'utf8', maxBuffer: LISTING_BYTES });
  const files = listed.split('\n').filter((line) => !NEVER.test(line));
  const hashOf = (lines: readonly string[]): string => createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
  return { alone: hashOf(files.filter((line) => !TESTS.test(line))), withTests: hashOf(files) };
}
