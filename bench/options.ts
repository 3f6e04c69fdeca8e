import { parseArgs } from 'node:util';

export type BenchOptions = {
  /** Print one JSON document instead of tables. */
  readonly json: boolean;
  /** Replace the bench's table in docs/benchmarks.md. */
  readonly write: boolean;
  /** Alternating rounds; undefined: as many as the bench thinks right. */
  readonly rounds: number | undefined;
  /** Seconds of each measurement. */
  readonly seconds: number | undefined;
  /** Numbers of connected clients (latency, connections, slow-reader). */
  readonly clients: readonly number[] | undefined;
  /** Of the learners every so many-th (oulad); undefined: all. */
  readonly share: number | undefined;
};

export const USAGE = `npm run bench -- latency [--clients 100,500,2000] [--rounds N] [--seconds N] [--json] [--write]
npm run bench -- capture [--rounds N] [--seconds N] [--json] [--write]
npm run bench -- writes [--rounds N] [--seconds N] [--json] [--write]
npm run bench -- connections [--clients 10000] [--rounds N] [--json] [--write]
npm run bench -- slow-reader [--clients 500] [--rounds N] [--seconds N] [--json] [--write]
npm run bench -- rows [--rounds N] [--json] [--write]
npm run bench -- oulad [--share N] [--json] [--write]

  --rounds   alternating rounds; medians over them are compared
  --seconds  length of each measurement in a round
  --share    of the learners, only every so many-th
  --write    put the results into docs/benchmarks.md`;

/** The options behind the bench's name, or what is wrong with them. */
export function readOptions(args: readonly string[]): BenchOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        clients: { type: 'string' },
        share: { type: 'string' },
      },
    });
    const clients = values.clients?.split(',').map((text) => positive('clients', text));
    return {
      json: values.json,
      write: values.write,
      rounds: optional('rounds', values.rounds),
      seconds: optional('seconds', values.seconds),
      clients,
      share: optional('share', values.share),
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function optional(name: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : positive(name, text);
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name}: "${text}" is not a positive whole number`);
  return value;
}
