import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export type ToolResult = { readonly code: number; readonly output: string };

/** Runs the program `name` of the installed package of that name (or of `from`) in `root`, output gathered. */
export async function runTool(root: string, name: string, args: readonly string[], from = name): Promise<ToolResult> {
  const manifest = join(root, 'node_modules', from, 'package.json');
  const { bin } = JSON.parse(await readFile(manifest, 'utf8')) as { bin: string | Record<string, string> };
  const file = typeof bin === 'string' ? bin : bin[name];
  if (file === undefined) throw new Error(`${from} brings no program called ${name}`);
  return runNode(root, [join(dirname(manifest), file), ...args]);
}

/** Runs Node with `args` in `root`, both outputs gathered into one. */
export function runNode(root: string, args: readonly string[]): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
