import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { CHECKS, type Check } from './check/checks.ts';
import { runTool } from './check/run-tool.ts';

/**
 * `npm run check [-- --only lint,types] [--without pure] [--all] [--fix] [--self-test]`: everything about the repository that can
 * be told without a database. In: the working tree. Out: one line per check with its time, the findings of those that
 * failed, exit code 1 when there are any.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    without: { type: 'string' },
    all: { type: 'boolean' },
    fix: { type: 'boolean' },
    'self-test': { type: 'boolean' },
  },
});
const root = process.cwd();
/** Lines of findings shown per check. */
const MOST_FINDINGS = values.all === true ? Number.POSITIVE_INFINITY : 60;

if (values['self-test'] === true) {
  const { selfTest } = await import('./check/self-test.ts');
  process.exit(await selfTest(root));
}
if (values.fix === true) {
  for (const [name, args] of [['oxlint', ['--fix', '-f', 'unix']] as const, ['oxfmt', []] as const]) {
    process.stdout.write((await runTool(root, name, args)).output);
  }
}
process.exit(await check(chosen(values.only, values.without)));

function chosen(only: string | undefined, without: string | undefined): readonly Check[] {
  const wanted = only?.split(',');
  const unwanted = without?.split(',') ?? [];
  const unknown = [...(wanted ?? []), ...unwanted].filter((name) => !CHECKS.some((one) => one.name === name));
  if (unknown.length > 0) {
    console.error(`No check is called ${unknown.join(', ')}. There are ${CHECKS.map(({ name }) => name).join(', ')}.`);
    process.exit(2);
  }
  return CHECKS.filter(({ name }) => wanted?.includes(name) !== false && !unwanted.includes(name));
}

async function check(checks: readonly Check[]): Promise<number> {
  const began = performance.now();
  const waiting = [...checks];
  let failed = 0;
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) if (!(await passes(next))) failed += 1;
  };
  await Promise.all(Array.from({ length: Math.max(2, Math.min(4, availableParallelism())) }, worker));
  console.log(`${failed === 0 ? 'ok  ' : 'FAIL'} check ${seconds(began)}: ${checks.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function passes({ name, finds, run }: Check): Promise<boolean> {
  const began = performance.now();
  const findings = await run(root);
  console.log(`${findings.length === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(8)} ${seconds(began)}  ${finds}`);
  for (const finding of findings.slice(0, MOST_FINDINGS)) console.log(`     ${finding}`);
  if (findings.length > MOST_FINDINGS)
    console.log(`     … and ${findings.length - MOST_FINDINGS} lines more: npm run check -- --only ${name} --all`);
  return findings.length === 0;
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`.padStart(7);
}
