import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { withMutants } from './mutant-table.ts';
import { parseMutant, readMutants } from './mutant.ts';
import { noticed } from './try-mutant.ts';

const DIFF = '\ndiff --git a/packages/x/src/x.ts b/packages/x/src/x.ts\n--- a/packages/x/src/x.ts\n';
const tiersOf = (head: string): string[] => parseMutant('one.patch', head + DIFF).checks.map(({ tier }) => tier);

test('a mutant for trials is tried with the simulation first, unless its patch says that it is not modelled', () => {
  expect(tiersOf('what: x\ntrials: --faults none\n')).toEqual(['simulation', 'integration']);
  expect(tiersOf('what: x\ntier: integration\ntrials: --faults none\n')).toEqual(['integration']);
  expect(tiersOf('what: x\nsimulation: --seed 7 --seeds 9\n')).toEqual(['simulation']);
  expect(tiersOf('what: x\ntest: a.test.ts\n')).toEqual(['test']);
  expect(parseMutant('one.patch', `what: x\nsimulation: --seed 7\n${DIFF}`).checks[0]?.args).toContain('7');
  expect(parseMutant('one.patch', `what: x\ntest: a.test.ts -t "one title"\n${DIFF}`).checks[0]?.args).toEqual([
    'a.test.ts',
    '-t',
    'one title',
  ]);
  for (const head of ['what: x\n', 'trials: --faults none\n', 'what: x\ntier: gate\ntrials: --faults none\n'])
    expect(() => tiersOf(head), head).toThrow(/one\.patch/);
});

test('what reaches SQL or Elira itself is tried undisturbed on PostgreSQL', () => {
  const needs = (path: string): boolean =>
    parseMutant('one.patch', `what: x\ntest: y\n\ndiff --git a/${path} b/${path}\n--- a/${path}\n`).needsDatabase;
  expect(needs('packages/sync-server/src/stream/hub.ts')).toBe(false);
  expect(needs('packages/sync-server/sql/sync-schema.sql')).toBe(true);
  expect(needs('apps/server/src/rules.ts')).toBe(true);
});

test('caught is what a judge or a test found; a run that broke off, or in which something did not happen, found nothing', () => {
  const trial = (output: string, code = 1): string | undefined => noticed({ tier: 'integration' }, { code, output });
  expect(trial('  I2: 4\n    - x\n  leaves: 1\nFAIL seed 5: 5 findings\n')).toBe('integration: I2, leaves (seed 5)');
  expect(trial('  trial: 1\nFAIL seed 5: 1 findings\n')).toBeUndefined();
  expect(trial('  I2: 4\nFAIL seed 5: 4 findings\n', 0)).toBeUndefined();
  expect(trial('  the run broke off: Error: no\nFAIL trials: 0 of 1 seeds\n')).toBeUndefined();
  const seeds =
    'seed 12 failed; npm run trials\n  I2: 1\n    I2: x\n  the last of what happened:\n    1.0 a: 2\nFAIL simulation\n';
  expect(noticed({ tier: 'simulation' }, { code: 1, output: seeds })).toBe('simulation: I2 (seed 12)');
  const tests = ' ❯ a.test.ts (1)\n FAIL  |pure| a.test.ts > K1 a title\nError: no\n';
  expect(noticed({ tier: 'test' }, { code: 1, output: tests })).toBe('test: a.test.ts > K1 a title');
  expect(noticed({ tier: 'test' }, { code: 1, output: 'No test files found' })).toBeUndefined();
});

test('the table of mutants replaces the one before, and the marks stay', () => {
  const document = readFileSync(new URL('../../docs/trials.md', import.meta.url), 'utf8');
  const tried = {
    name: 'x',
    what: 'a | b',
    outcome: { verdict: 'caught', by: 'simulation: I2 (seed 1)', seconds: 4 },
  } as const;
  const once = withMutants(document, [tried], 'abc');
  expect(once).toContain('\n| x | a \\| b | simulation: I2 (seed 1) | 4 |\n');
  expect(withMutants(once, [tried], 'abc')).toBe(once);
  expect(() => withMutants('no table', [], 'abc')).toThrow(/marks/);
});

test('every patch of the folder can be read', () => {
  expect(readMutants(fileURLToPath(new URL('.', import.meta.url))).length).toBeGreaterThan(30);
});
