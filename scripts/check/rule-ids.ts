import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { sourceFiles } from './source-files.ts';

/**
 * Holds the tests to the rules. In: every SPEC.md, whose rules are lines that begin `- **C3** `, and every test title that
 * begins with such an id. Out: rules without a test, tests of rules that do not exist, and ids that are given twice.
 *
 * A title is the first string of `test(…)` or `it(…)` (also `.each`, `.skipIf` and the like) in a `.test.ts` file, and of
 * `promise(…)` in a trial; a trial's judge also carries the rules that its findings name (`rule: 'I4'`). What is always
 * skipped proves nothing and does not count.
 */
const SPEC = /(^|\/)SPEC\.md$/;
const TEST = /\.test\.tsx?$/;
const TRIAL = /^tests\/.*\.ts$/;
const RULE = /^\s*- \*\*([^*\s]+)\*\*(?=\s|$)/gm;
const ID = /^[A-Z]{1,3}\d{1,3}$/;
const TITLES = [
  /(?:^|[^.\w])(?:test|it|promise)((?:\.\w+)*)\(\s*(['"`])((?:(?!\2).)+)\2/gm,
  /^[ \t]*(?:test|it)((?:\.\w+)+)\([^;]*?\)\(\s*(['"`])((?:(?!\2).)+)\2/gm,
];
const JUDGED = /\brule: (['"])([A-Z]{1,3}\d{1,3})\1/g;
const NEVER_RUN = /\.(skip|todo)\b/;

export async function ruleIds(root: string): Promise<Finding[]> {
  const files = await sourceFiles(root);
  const findings: Finding[] = [];
  const definedAt = new Map<string, string>();
  for (const path of files.filter((file) => SPEC.test(file))) {
    for (const [id, line] of rulesOf(await readFile(join(root, path), 'utf8'))) {
      const first = definedAt.get(id);
      if (!ID.test(id)) findings.push(`${path}:${line}: ${id} is no rule id; ids look like C3`);
      else if (first !== undefined) findings.push(`${path}:${line}: ${id} is given twice, first at ${first}`);
      else definedAt.set(id, `${path}:${line}`);
    }
  }
  const tested = new Set<string>();
  for (const path of files.filter((file) => TEST.test(file) || TRIAL.test(file))) {
    for (const [id, line] of titleIds(await readFile(join(root, path), 'utf8'))) {
      if (definedAt.has(id)) tested.add(id);
      else findings.push(`${path}:${line}: a test of ${id}, which no SPEC.md defines`);
    }
  }
  for (const [id, where] of definedAt)
    if (!tested.has(id)) findings.push(`${where}: ${id} has no test whose title begins with it`);
  return findings;
}

function rulesOf(text: string): [id: string, line: number][] {
  return [...text.matchAll(RULE)].map((match) => [match[1] ?? '', lineAt(text, match.index)]);
}

function titleIds(text: string): [id: string, line: number][] {
  const found: [string, number][] = [];
  for (const pattern of TITLES) {
    for (const match of text.matchAll(pattern)) {
      if (NEVER_RUN.test(match[1] ?? '')) continue;
      for (const id of leadingIds(match[3] ?? '')) found.push([id, lineAt(text, match.index)]);
    }
  }
  for (const match of text.matchAll(JUDGED)) found.push([match[2] ?? '', lineAt(text, match.index)]);
  return found;
}

/** `C3 a changed key` → C3; `A1, A2: snapshots` → A1 and A2. */
function leadingIds(title: string): string[] {
  const ids: string[] = [];
  for (const word of title.split(/[\s,:/+]+/)) {
    if (!ID.test(word)) break;
    ids.push(word);
  }
  return ids;
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
