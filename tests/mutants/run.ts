import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openOutcomes } from './kept-outcomes.ts';
import { withMutants, type TriedMutant } from './mutant-table.ts';
import { readMutants, type Mutant } from './mutant.ts';
import { makeRunner } from './run-node.ts';
import { tryMutant, type Outcome } from './try-mutant.ts';

/**
 * `npm run mutants [-- name …] [--from name] [--afresh] [--list] [--record]`: are the trials able to fail? Each patch of this folder is
 * applied to a copy of what is committed, and must be noticed. Exit code 0: every mutant was caught.
 *
 * What was found out about a mutant is kept in `.elira` until the code changes, so a run that was cut off goes on; `--afresh` and a name
 * try again.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const DOCUMENT = new URL('../../docs/trials.md', import.meta.url);

const { values, positionals } = parseArgs({
  options: {
    from: { type: 'string' },
    afresh: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const all = readMutants(FOLDER);
const chosen = chooseMutants();
if (values.list) for (const { name, what } of all) console.log(`${name}: ${what}`);
else if (chosen.length === 0) refuse(`There is no such mutant. There are: ${all.map(({ name }) => name).join(', ')}`);
else if (values.record && chosen.length < all.length) refuse('--record writes the whole table: leave names and --from away.');
else await tryAll();

function chooseMutants(): readonly Mutant[] {
  const named = (name: string): string => name.replaceAll('-', ' ');
  const wanted = positionals.map(named);
  const first = values.from === undefined ? 0 : all.findIndex(({ name }) => name === named(values.from ?? ''));
  return first < 0 ? [] : all.slice(first).filter(({ name }) => wanted.length === 0 || wanted.includes(name));
}

function refuse(why: string): void {
  console.error(why);
  process.exitCode = 2;
}

async function tryAll(): Promise<void> {
  // What is committed meanwhile is for the next run.
  const from = { root: ROOT, commit: commitOf() };
  const kept = openOutcomes(from);
  const { run, interrupt } = makeRunner();
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupted = true;
      interrupt();
    });
  }
  const tried: TriedMutant[] = [];
  for (const mutant of chosen) {
    if (interrupted) break;
    const before = values.afresh || positionals.length > 0 ? undefined : kept.get(mutant);
    // What was not caught is tried again.
    const known = before?.verdict === 'caught' ? before : undefined;
    const outcome = known ?? (await tryMutant(mutant, from, run));
    // What was cut off has shown nothing.
    if (interrupted) break;
    kept.set(mutant, outcome);
    tried.push({ ...mutant, outcome });
    say(mutant, outcome, known !== undefined);
  }
  const caught = tried.filter(({ outcome }) => outcome.verdict === 'caught').length;
  const passed = caught === chosen.length;
  console.log(`${passed ? 'PASS' : 'FAIL'} mutants: ${caught} of ${chosen.length} caught`);
  if (values.record && tried.length === all.length)
    writeFileSync(DOCUMENT, withMutants(readFileSync(DOCUMENT, 'utf8'), tried, from.commit));
  process.exitCode = passed ? 0 : 1;
}

function say({ name, what }: Mutant, { verdict, by, seconds }: Outcome, isKept: boolean): void {
  console.log(`${verdict.padEnd(8)} ${name} (${what}): ${by}  ${seconds} s${isKept ? ', as kept' : ''}`);
}

function commitOf(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
}
