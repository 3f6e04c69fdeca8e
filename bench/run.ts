import { runCapture } from './capture/run-capture.ts';
import { runConnections } from './connections/run-connections.ts';
import { runLatency } from './latency/run-latency.ts';
import { runRows } from './rows/run-rows.ts';
import { runSlowReader } from './slow-reader/run-slow-reader.ts';
import { runOulad } from './oulad/run-oulad.ts';
import { runWrites } from './writes/run-writes.ts';
import { readOptions, USAGE, type BenchOptions } from './options.ts';

/*
 * npm run bench -- <what> [options]
 *
 *   latency   how long from a commit to the clients concerned, beside a bare baseline (baseline/)
 *   capture   what capture costs a writer, part by part, beside the bare table
 *   connections  what open, quiet streams cost, and how long all of them take to come back
 *   slow-reader  whether anybody notices that one client never reads, and what it costs the server
 *   rows      changed rows a second from commit to a client's store, in small, middling and huge transactions
 *   writes    durable writes of progress a second through the one door, beside one UPDATE per request
 *   oulad     what real learners did in 2013 and after, day by day through all doors, and whether the numbers are right
 *
 * The promise: every figure that is compared comes from alternating rounds of the same run, on a PostgreSQL of its own with durable
 * settings; only ratios are judged. Everything that was started is gone at the end, Ctrl-C included.
 */
const BENCHES: Readonly<Record<string, (options: BenchOptions) => Promise<boolean>>> = {
  latency: runLatency,
  capture: runCapture,
  writes: runWrites,
  connections: runConnections,
  'slow-reader': runSlowReader,
  rows: runRows,
  oulad: runOulad,
};

const [what = '', ...rest] = process.argv.slice(2);
const bench = BENCHES[what];
if (bench === undefined) refuse(`no such bench: "${what}"`);
const options = readOptions(rest);
if (typeof options === 'string') refuse(options);
process.exitCode = (await bench(options)) ? 0 : 1;

function refuse(reason: string): never {
  console.error(`${reason}\n\n${USAGE}`);
  process.exit(2);
}
