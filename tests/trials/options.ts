import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { planFaults } from './faults/plan-faults.ts';

export type Tier = 'simulation' | 'integration';
export type TrialOptions = {
  readonly tier: Tier;
  /** Classes and groups of faults, as `planFaults` takes them. */
  readonly faults: readonly string[];
  readonly seeds: readonly number[];
  readonly transactions: number;
  /** A history file to judge again instead of running. */
  readonly judge?: string;
  /** Where history files go; a folder of its own below the system's temporary one unless told. */
  readonly out?: string;
  readonly keep: boolean;
  /** Only this fault; one of the network more often. */
  readonly strike?: string;
  /** Milliseconds a writer rests between two transactions, on average. */
  readonly pauseMs: number;
  /** One client, one writer, nothing but inserts and edits: what every version of the program must pass, however wrong. */
  readonly undisturbed: boolean;
  /** Write the outcome into docs/trials.md. */
  readonly record: boolean;
  readonly commit: string;
};

/** 2,000 transactions of 16 writers then take about a minute and a half. */
const WRITER_PAUSE_MS = 350;
export const MOST_SEED = 2 ** 31;

/** Reads the command line. Throws with what is wrong and what there is. */
export function readOptions(args: readonly string[]): TrialOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      tier: { type: 'string', default: 'integration' },
      faults: { type: 'string', default: 'disconnect,kill' },
      seed: { type: 'string' },
      seeds: { type: 'string', default: '1' },
      transactions: { type: 'string', default: '2000' },
      judge: { type: 'string' },
      out: { type: 'string' },
      keep: { type: 'boolean', default: false },
      strike: { type: 'string' },
      pause: { type: 'string', default: String(WRITER_PAUSE_MS) },
      undisturbed: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
    },
  });
  const { tier } = values;
  if (tier !== 'integration' && tier !== 'simulation')
    throw new Error(`There is no tier "${tier}"; use --tier simulation, --tier integration or --tier gate.`);
  const faults = values.faults.split(',').filter((name) => name !== '' && name !== 'none');
  planFaults(faults, values.strike);
  const first = values.seed === undefined ? Math.floor(Math.random() * MOST_SEED) : number('seed', values.seed);
  return {
    tier,
    faults,
    seeds: Array.from({ length: number('seeds', values.seeds) }, (_, index) => first + index),
    transactions: number('transactions', values.transactions),
    ...(values.judge === undefined ? {} : { judge: values.judge }),
    ...(values.out === undefined ? {} : { out: values.out }),
    keep: values.keep,
    ...(values.strike === undefined ? {} : { strike: values.strike }),
    pauseMs: number('pause', values.pause),
    undisturbed: values.undisturbed,
    record: values.record,
    commit: commitOf(),
  };
}

export function number(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > MOST_SEED)
    throw new Error(`--${name} must be a whole number, not "${text}".`);
  return value;
}

export function commitOf(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'no commit';
  }
}
