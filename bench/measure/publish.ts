import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { BenchOptions } from '../options.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

/** Prints a bench's results as a table or as JSON, and puts the table into docs/benchmarks.md where that was asked for. */
export async function publish(name: string, options: BenchOptions, how: string, data: object, table: string): Promise<void> {
  const origin = {
    commit: commit(),
    command: `npm run bench -- ${process.argv
      .slice(2)
      .filter((word) => word !== '--write')
      .join(' ')}`,
  };
  const machine = `${cpus().length} cores, Node ${process.versions.node}`;
  if (options.json) console.log(JSON.stringify({ bench: name, ...origin, machine, ...data }, undefined, 2));
  else console.log(table);
  if (options.write)
    await replaceTable(name, `Commit ${origin.commit}, \`${origin.command}\` (${how}), on ${machine}:\n\n${table}`);
}

/** Replaces what stands between the page's markers for this bench. */
async function replaceTable(name: string, text: string): Promise<void> {
  const begin = `<!-- bench ${name} -->`;
  const end = `<!-- /bench ${name} -->`;
  const page = await readFile(PAGE, 'utf8');
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from)
    throw new Error(`docs/benchmarks.md has no place for these results: put "${begin}" and "${end}" there`);
  await writeFile(PAGE, `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`);
}

function commit(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  try {
    return git('rev-parse', '--short', 'HEAD');
  } catch {
    return 'unknown';
  }
}
