import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { sourceFiles } from './source-files.ts';
import { ruleProperties, testTitles } from './test-titles.ts';

/**
 * Holds the tests to the rules. In: every SPEC.md, whose rules are lines that begin `- **C3** `, and every test title that
 * begins with such an id. Out: rules without a test, tests of rules that do not exist, and ids that are given twice.
 *
 * A trial's judge also carries the rules that its findings name (`rule: 'I4'`). What can be seen never to run, or to have nothing in it
 * that could fail, proves nothing: it does not count, and is told where it bears an id.
 */
const SPEC = /(^|\/)SPEC\.md$/;
const TEST = /\.test\.tsx?$/;
const JUDGE = /^tests\/.*\/judge\/.*\.ts$/;
const RULE = /^\s*- \*\*([^*\s]+)\*\*(?=\s|$)/gm;
const ID = /^[A-Z]{1,3}\d{1,3}$/;

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
  for (const path of files.filter((file) => TEST.test(file) || JUDGE.test(file))) {
    for (const { id, line, idle } of idsOf(path, await readFile(join(root, path), 'utf8'))) {
      if (!definedAt.has(id)) findings.push(`${path}:${line}: a test of ${id}, which no SPEC.md defines`);
      else if (idle !== undefined) findings.push(`${path}:${line}: the test of ${id} ${idle}`);
      else tested.add(id);
    }
  }
  for (const [id, where] of definedAt)
    if (!tested.has(id)) findings.push(`${where}: ${id} has no test whose title begins with it`);
  return findings;
}

type Tested = { readonly id: string; readonly line: number; readonly idle: string | undefined };

function idsOf(path: string, text: string): Tested[] {
  if (TEST.test(path))
    return testTitles(path, text).flatMap(({ title, line, idle }) => leadingIds(title).map((id) => ({ id, line, idle })));
  const judged = ruleProperties(path, text).map(([rule, line]) => ({ id: rule, line, idle: undefined }));
  return judged.filter(({ id }) => ID.test(id));
}

function rulesOf(text: string): [id: string, line: number][] {
  return [...text.matchAll(RULE)].map((match) => [match[1] ?? '', lineAt(text, match.index)]);
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
