import { spawn, type ChildProcess } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

export type Ran = { readonly code: number | null; readonly output: string };

/** Milliseconds one trial or test may take. */
const PATIENCE_MS = 8 * 60_000;

/** Runs Node programs, one at a time, and gathers what they say. */
export function makeRunner(): { run: (cwd: string, args: readonly string[]) => Promise<Ran>; interrupt: () => void } {
  let current: ChildProcess | undefined;
  return {
    run: (cwd, args) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE_MS });
        current = child;
        let output = '';
        const take = (chunk: Buffer): void => void (output += chunk.toString());
        child.stdout.on('data', take);
        child.stderr.on('data', take);
        child.once('error', reject);
        // Colours, where the surroundings ask for them, are no part of what is judged.
        child.once('close', (code) => resolve({ code, output: stripVTControlCharacters(output) }));
      }),
    // The program stops what it started.
    interrupt: () => void current?.kill('SIGTERM'),
  };
}
