import { existsSync } from 'node:fs';
import { runInGroup } from './run-in-group.ts';
import type { Tally } from './tally.ts';

/** Runs one of our TypeScript programs; it counts as one test, which its exit code decides. */
export async function runCommand(name: string, args: readonly string[], signal: AbortSignal): Promise<Tally> {
  const [file = ''] = args;
  if (!existsSync(file)) return { passed: 0, failed: [`${name}: ${file} is missing`], skipped: [] };
  const code = await runInGroup(['--conditions=source', '--import', 'tsx', ...args], signal);
  if (code === 0) return { passed: 1, failed: [], skipped: [] };
  return {
    passed: 0,
    failed: [`${name}: ended with code ${code}; replay: node --conditions=source --import tsx ${args.join(' ')}`],
    skipped: [],
  };
}
