import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { clone, newcomer, type Newcomer } from './fresh/newcomer.ts';
import { npmRun, type NpmRun } from './fresh/npm-run.ts';
import { lingering, processesOf } from './fresh/processes.ts';
import { freePort, statusOf, untilReady } from './fresh/serving.ts';

/**
 * `npm run fresh [-- --cold] [--no-test] [--root-only | --user-only] [--log file]`: HEAD as a newcomer meets it. In: this repository.
 * Each newcomer (root where we are root, and somebody unprivileged) clones it into an empty folder with a space in its path
 * and runs what the README says. Out: a table of times, the unprivileged run's skipped tests by name, exit code 1 when
 * anything was not as promised. Everything it made is removed, whatever happens.
 */
const STOP_SECONDS = 20;
const PORT_TAKEN_SECONDS = 60;
const TEST_MINUTES = 45;
const CLOSING = /^\d+ passed, \d+ failed, \d+ skipped$/;
const SHOWN = /^(skipped: |failed: |.*\d+ passed, \d+ failed)/;

const { values } = parseArgs({
  options: {
    cold: { type: 'boolean' },
    log: { type: 'string' },
    test: { type: 'boolean', default: true },
    'root-only': { type: 'boolean' },
    'user-only': { type: 'boolean' },
  },
  allowNegative: true,
});
type Row = { readonly who: string; readonly what: string; readonly result: string };
const rows: Row[] = [];
let failures = 0;
const leaving: (() => Promise<void>)[] = [];

for (const word of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(word, () => void leaveAll().finally(() => process.exit(130)));
}
const kinds: ('root' | 'user')[] = [];
if (process.getuid?.() === 0 && values['user-only'] !== true) kinds.push('root');
if (values['root-only'] !== true) kinds.push('user');
if (execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' }) !== '')
  console.log('What is not committed is not tried.');
for (const kind of kinds) await tryAs(kind);
console.log('');
for (const { who, what, result } of rows) console.log(`${who.padEnd(5)} ${what.padEnd(34)} ${result}`);
process.exitCode = failures === 0 ? 0 : 1;

async function tryAs(kind: 'root' | 'user'): Promise<void> {
  const who = await newcomer(kind, values.cold === true);
  leaving.push(() => leave(who));
  console.log(`── ${kind}: ${who.name}${values.cold === true ? ', nothing cached' : ''}`);
  try {
    await startAndStop(kind, who);
    if (values.test) await runTests(kind, who);
  } catch (error) {
    failures += 1;
    note(kind, 'FAILED', error instanceof Error ? error.message : String(error));
  } finally {
    await leaveAll();
  }
}

async function startAndStop(kind: string, who: Newcomer): Promise<void> {
  const port = await freePort();
  const start = (): NpmRun => npmRun(who, ['start'], { PORT: String(port) }, { echo: /^elira /, log: values.log });
  const began = performance.now();
  await clone(process.cwd(), who);
  note(kind, 'git clone', ms(performance.now() - began));

  const first = start();
  note(kind, 'clone to serving', ms(await showing(first, untilReady(first, port, began))));
  const rival = start();
  await within(PORT_TAKEN_SECONDS, rival.ended, 'a second npm start on the same port');
  const told = rival.code() !== 0 && rival.output().includes(String(port)) && (await statusOf(port)) === 200;
  note(kind, 'a second start says the port is taken', told ? 'yes' : `NO\n${tail(rival)}`);
  if (!told) failures += 1;
  await stop(kind, who, first, 'Ctrl-C');

  const again = performance.now();
  const second = start();
  note(kind, 'second start to serving', ms(await showing(second, untilReady(second, port, again))));
  second.signal('SIGKILL');
  await second.ended;
  const after = performance.now();
  const third = start();
  note(kind, 'start after kill -9 to serving', ms(await showing(third, untilReady(third, port, after))));
  await stop(kind, who, third, 'Ctrl-C after kill -9');
}

async function stop(kind: string, who: Newcomer, run: NpmRun, how: string): Promise<void> {
  const began = performance.now();
  run.signal('SIGINT');
  await within(STOP_SECONDS, run.ended, how);
  const took = performance.now() - began;
  const left = await lingering(who.home, 2);
  for (const { pid, command } of left) console.log(`    still running: ${pid} ${command}`);
  if (left.length > 0) failures += 1;
  note(kind, how, left.length === 0 ? `${ms(took)}, nothing left` : `${left.length} PROCESSES LEFT`);
}

async function runTests(kind: string, who: Newcomer): Promise<void> {
  const began = performance.now();
  const run = npmRun(who, ['test'], { NO_COLOR: '1' }, { echo: SHOWN, log: values.log });
  const code = await within(TEST_MINUTES * 60, run.ended, 'npm test');
  const lines = run.output().split('\n');
  note(kind, 'npm test', `${ms(performance.now() - began)}, ${lines.findLast((line) => CLOSING.test(line)) ?? 'NO COUNT'}`);
  for (const line of lines.filter((one) => one.startsWith('skipped: '))) note(kind, '', line);
  if (code === 0) return;
  failures += 1;
  console.log(tail(run));
}

async function showing<T>(run: NpmRun, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    console.log(tail(run));
    throw error;
  }
}

async function within<T>(seconds: number, work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not end within ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function leave(who: Newcomer): Promise<void> {
  for (const { pid } of await processesOf(who.home)) process.kill(pid, 'SIGKILL');
  await lingering(who.home, 5);
  await who.leave();
}

async function leaveAll(): Promise<void> {
  for (let next = leaving.pop(); next !== undefined; next = leaving.pop()) await next();
}

function note(who: string, what: string, result: string): void {
  rows.push({ who, what, result });
  console.log(`  ${what.padEnd(34)} ${result}`);
}

function ms(value: number): string {
  return `${(value / 1000).toFixed(1)} s`;
}

function tail(run: NpmRun): string {
  return run
    .output()
    .split('\n')
    .slice(-60)
    .map((line) => `    | ${line}`)
    .join('\n');
}
