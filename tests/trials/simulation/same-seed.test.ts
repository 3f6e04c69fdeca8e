import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { SeedResult } from './run-seed.ts';

const WORKER = fileURLToPath(new URL('seed-worker.ts', import.meta.url));
const OUTPUT_BYTES = 64 * 1024 * 1024;

/** In a process of its own: it replaces the clock. */
async function simulate(seeds: readonly number[]): Promise<string[]> {
  const outputs: string[] = [];
  for (const seed of seeds) {
    const args = ['--conditions=source', '--import', 'tsx', WORKER, '--all', '--seed', String(seed)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: OUTPUT_BYTES });
    outputs.push(stdout);
  }
  return outputs;
}

test('the same seed gives the same history, byte for byte, and another seed another', { timeout: 120_000 }, async () => {
  const [once, again, other] = (await simulate([7, 7, 8])).map((output) => output.trim().split('\n'));
  expect(again).toEqual(once);
  const [one, two] = [once, other].map((lines) => JSON.parse(lines?.at(-1) ?? '{}') as SeedResult);
  expect(one?.lines).toBeGreaterThan(300);
  expect(one?.digest).not.toBe(two?.digest);
  expect([one?.findings, two?.findings]).toEqual([[], []]);
});
