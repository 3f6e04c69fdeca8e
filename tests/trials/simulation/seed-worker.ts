import { parseArgs } from 'node:util';
import { runSeed } from './run-seed.ts';

/** A process that runs seeds one after the other and tells each result as a line of JSON. Its clock, timers and chance are virtual. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    every: { type: 'string', default: '1' },
    steps: { type: 'string' },
    undisturbed: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
  },
});
const [first, count, every] = [Number(values.seed), Number(values.seeds), Number(values.every)];
for (let seed = first; seed < first + count; seed += every) {
  const result = await runSeed(seed, {
    isUndisturbed: values.undisturbed,
    ...(values.steps === undefined ? {} : { steps: Number(values.steps) }),
    ...(values.all ? { onLine: (line: string) => process.stdout.write(`${line}\n`) } : {}),
  });
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
// What a simulation left behind never happens.
process.exit(0);
