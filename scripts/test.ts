import { parseArgs } from 'node:util';
import { STAGES, type Stage } from './test/stages.ts';
import { addUp, tallyLine, type Tally } from './test/tally.ts';

/**
 * `npm test [-- --only check,pg] [--list]`: everything that proves the project. In: the stages of `test/stages.ts`. Out:
 * each stage with its time, what failed and what was skipped by name, and one last line that counts; exit code 1 when
 * anything failed. A stage that could not run is a failure.
 */
const { values } = parseArgs({ options: { only: { type: 'string' }, list: { type: 'boolean' } } });
const interrupted = new AbortController();
for (const word of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(word, () => interrupted.abort());

if (values.list === true) for (const { name, proves } of STAGES) console.log(`${name.padEnd(10)} ${proves}`);
else process.exitCode = await test(chosen(values.only));

function chosen(only: string | undefined): readonly Stage[] {
  const wanted = only?.split(',');
  const unknown = wanted?.filter((name) => !STAGES.some((stage) => stage.name === name)) ?? [];
  if (unknown.length > 0) {
    console.error(`No stage is called ${unknown.join(', ')}. There are ${STAGES.map(({ name }) => name).join(', ')}.`);
    process.exit(2);
  }
  return STAGES.filter(({ name }) => wanted?.includes(name) !== false);
}

async function test(stages: readonly Stage[]): Promise<number> {
  const tallies: Tally[] = [];
  const lines: string[] = [];
  const began = performance.now();
  for (const stage of stages) {
    const from = performance.now();
    console.log(`\n── ${stage.name}: ${stage.proves}`);
    const tally = interrupted.signal.aborted ? notRun(stage, 'interrupted') : await runStage(stage);
    tallies.push(tally);
    lines.push(`${tally.failed.length === 0 ? 'ok  ' : 'FAIL'} ${stage.name.padEnd(10)} ${seconds(from)}  ${tallyLine(tally)}`);
    console.log(lines.at(-1));
  }
  const all = addUp(tallies);
  console.log(`\n── summary, ${seconds(began).trim()}`);
  for (const line of lines) console.log(line);
  for (const { name, reason } of all.skipped) console.log(`skipped: ${name} (${reason})`);
  for (const name of all.failed) console.log(`failed:  ${name}`);
  console.log(tallyLine(all));
  return all.failed.length === 0 ? 0 : 1;
}

async function runStage(stage: Stage): Promise<Tally> {
  const tooLong = AbortSignal.timeout(stage.minutes * 60_000);
  const tally = await stage.run(AbortSignal.any([tooLong, interrupted.signal]));
  return tooLong.aborted
    ? { ...tally, failed: [...tally.failed, `${stage.name}: took more than ${stage.minutes} minutes`] }
    : tally;
}

function notRun({ name }: Stage, why: string): Tally {
  return { passed: 0, failed: [`${name}: ${why}`], skipped: [] };
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`.padStart(8);
}
