import { sourceFiles } from '../check/source-files.ts';
import { runCommand } from './run-command.ts';
import { runVitest } from './run-vitest.ts';
import type { Tally } from './tally.ts';

export type Stage = {
  readonly name: string;
  readonly proves: string;
  /** Minutes after which it is stopped and counts as failed. */
  readonly minutes: number;
  readonly run: (signal: AbortSignal) => Promise<Tally>;
};

const TRIAL = ['tests/trials/run.ts', '--tier', 'integration', '--faults', 'all', '--seed', '1'];
const SIMULATION = ['tests/trials/run.ts', '--tier', 'simulation', '--seed', '1', '--seeds', '1000'];

/** Everything that proves the project, in the order in which `npm test` runs it. */
export const STAGES: readonly Stage[] = [
  {
    name: 'check',
    proves: 'types, style, arrows, rules',
    minutes: 3,
    run: (signal) => runCommand('check', ['scripts/check.ts', '--without', 'pure'], signal),
  },
  {
    name: 'planted',
    proves: 'each check finds the faults planted for it',
    minutes: 3,
    run: (signal) => runCommand('planted faults', ['scripts/check.ts', '--self-test'], signal),
  },
  { name: 'pure', proves: 'what needs nothing', minutes: 5, run: (signal) => runVitest(['--project', 'pure'], signal) },
  {
    name: 'pg',
    proves: 'what needs PostgreSQL',
    minutes: 12,
    run: async (signal) => runVitest(['--project', 'pg', ...(await otherPgTests())], signal),
  },
  {
    name: 'browser',
    proves: 'the screens, in Chromium windows beside each other',
    minutes: 6,
    run: (signal) => runVitest(['--project', 'browser'], signal),
  },
  {
    name: 'examples',
    proves: 'the examples do what the documents say',
    minutes: 3,
    run: (signal) => runVitest(['--project', 'pg', 'examples/'], signal),
  },
  {
    name: 'replay',
    proves: 'real edits and real learners, replayed while clients follow',
    minutes: 6,
    run: (signal) => runVitest(['--project', 'pg', 'tests/replay/'], signal),
  },
  {
    name: 'simulation',
    proves: 'every state that a client shows is the database’s, in 1,000 worlds with a clock of their own',
    minutes: 15,
    run: (signal) => runCommand('simulation, 1,000 seeds', SIMULATION, signal),
  },
  {
    name: 'trial',
    proves: 'every store equals SELECT under every class of fault',
    minutes: 20,
    run: (signal) => runCommand('trial of all faults, seed 1', TRIAL, signal),
  },
];

/** The tests that need PostgreSQL and have no stage of their own. */
async function otherPgTests(): Promise<string[]> {
  const files = await sourceFiles('.');
  return files.filter((file) => file.endsWith('.pg.test.ts') && !/^(?:tests\/replay|examples)\//.test(file));
}
