import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { sourceFiles } from './source-files.ts';

/** Lines above which a file holds two concepts. */
const MOST_LINES = 400;
const COUNTED = /\.(ts|tsx|cjs|mjs|js|sql)$/;
/** Written by a command, read by a test. */
const GENERATED = /(^|\/)(schema|\d+_capture)\.sql$/;

/** Files written by hand that are longer than a file may be. */
export async function fileSizes(root: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const path of await sourceFiles(root)) {
    if (!COUNTED.test(path) || GENERATED.test(path)) continue;
    const lines = (await readFile(join(root, path), 'utf8')).split('\n').length - 1;
    if (lines > MOST_LINES) findings.push(`${path}: ${lines} lines, at most ${MOST_LINES}: it holds more than one concept`);
  }
  return findings;
}
