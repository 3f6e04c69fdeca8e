import { parseArgs } from 'node:util';
import { planFaults } from '../faults/plan-faults.ts';
import { commitOf, MOST_SEED, number } from '../options.ts';
import type { GateOptions } from './run-gate.ts';

/** 24 writers then begin about 200 transactions a second, where the machine can. */
const WRITER_PAUSE_MS = 80;
/** Transactions of one leg, so many that it takes a minute or two. */
const PER_LEG = 1_000;

/** Whether the command line asks for the gate. */
export function isGate(args: readonly string[]): boolean {
  return (
    args.includes('--resume') ||
    args.some((word, at) => word === '--tier=gate' || (word === '--tier' && args[at + 1] === 'gate'))
  );
}

/** Reads the command line of the gate. Throws with what is wrong and what there is. */
export function readGateOptions(args: readonly string[]): GateOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      tier: { type: 'string', default: 'gate' },
      seed: { type: 'string' },
      clients: { type: 'string', default: '500' },
      transactions: { type: 'string', default: '50000' },
      injections: { type: 'string', default: '300' },
      legs: { type: 'string' },
      faults: { type: 'string', default: 'all' },
      pause: { type: 'string', default: String(WRITER_PAUSE_MS) },
      resume: { type: 'string' },
      out: { type: 'string' },
      keep: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
    },
  });
  const faults = values.faults.split(',').filter((name) => name !== '' && name !== 'none');
  planFaults(faults);
  const transactions = number('transactions', values.transactions);
  return {
    seed: values.seed === undefined ? Math.floor(Math.random() * MOST_SEED) : number('seed', values.seed),
    clients: number('clients', values.clients),
    transactions,
    injections: number('injections', values.injections),
    legs: values.legs === undefined ? Math.max(1, Math.round(transactions / PER_LEG)) : number('legs', values.legs),
    pauseMs: number('pause', values.pause),
    faults,
    commit: commitOf(),
    ...(values.resume === undefined ? {} : { resume: values.resume }),
    ...(values.out === undefined ? {} : { out: values.out }),
    keep: values.keep,
    record: values.record,
  };
}
