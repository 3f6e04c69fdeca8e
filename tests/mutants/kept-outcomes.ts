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

type Kept = { readonly code: string; readonly outcomes: Record<string, Outcome> };

const FILE = join('.elira', 'mutants.json');

export function openOutcomes({ root, commit }: { readonly root: string; readonly commit: string }): KeptOutcomes {
  const path = join(root, FILE);
  const code = codeOf(root, commit);
  const outcomes = new Map(Object.entries(read(path, code)));
  return {
    get: ({ hash }) => outcomes.get(hash),
    set({ hash }, outcome) {
      outcomes.set(hash, outcome);
      mkdirSync(dirname(path), { recursive: true });
      const kept: Kept = { code, outcomes: Object.fromEntries(outcomes) };
      writeFileSync(`${path}.new`, JSON.stringify(kept));
      renameSync(`${path}.new`, path);
    },
  };
}

function read(path: string, code: string): Record<string, Outcome> {
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Kept;
    return kept.code === code ? kept.outcomes : {};
  } catch {
    return {};
  }
}

/** Of all that is committed but documents and the mutants themselves: a word in a document makes no outcome old. */
function codeOf(root: string, commit: string): string {
  const listed = execFileSync('git', ['ls-tree', '-r', commit], { cwd: root, encoding: 'utf8' });
  const code = listed.split('\n').filter((line) => !/\t(tests\/mutants\/\S+\.patch|\S+\.md|docs\/.*)$/.test(line));
  return createHash('sha256').update(code.join('\n')).digest('hex');
}
