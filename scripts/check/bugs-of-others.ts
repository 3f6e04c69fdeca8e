import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path/posix';
import type { Finding } from './finding.ts';
import { testTitles } from './test-titles.ts';

/** Where the table stands, and under which heading. */
const DOCUMENT = 'docs/trials.md';
const HEADING = '## Bugs that others shipped';
/** `| the bug | who shipped it | [`title of the test`](file) |` */
const ROW = /^\|[^|]+\|[^|]+\| \[`([^`]+)`\]\(([^)]+)\) \|$/;
const HEAD = /^\| the bug \|/;
const RULE = /^[A-Z]{1,3}\d{1,3} /;

/** Holds the table of bugs that others shipped to the tests: each line names one, by the whole of its title, which begins with its rule. */
export async function bugsOfOthers(root: string): Promise<Finding[]> {
  const path = join(root, DOCUMENT);
  if (!existsSync(path)) return [];
  const lines = (await readFile(path, 'utf8')).split('\n');
  if (!lines.includes(HEADING)) return [`${DOCUMENT}: has lost its heading "${HEADING}"`];
  const findings: Finding[] = [];
  let heading = '';
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('## ')) heading = line;
    if (heading !== HEADING || !line.startsWith('| ') || HEAD.test(line)) continue;
    const problem = await problemWith(root, line);
    if (problem !== undefined) findings.push(`${DOCUMENT}:${index + 1}: ${problem}`);
  }
  return findings;
}

async function problemWith(root: string, line: string): Promise<string | undefined> {
  const [, title = '', link = ''] = ROW.exec(line) ?? [];
  if (title === '') return 'a line of this table is | bug | by whom | [`title`](file) |';
  if (!RULE.test(title)) return `the title "${title}" does not begin with the id of a rule`;
  const file = join(dirname(DOCUMENT), link);
  if (!existsSync(join(root, file))) return `${file}: no such file`;
  const test = testTitles(file, await readFile(join(root, file), 'utf8')).find((one) => one.title === title);
  if (test === undefined) return `${file} has no test "${title}"`;
  return test.idle === undefined ? undefined : `the test "${title}" ${test.idle}`;
}
