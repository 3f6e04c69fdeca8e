import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { sourceFiles } from './source-files.ts';

type Taboo = { readonly what: string; readonly pattern: RegExp; readonly only?: RegExp };

/** What may not stand in a repository that anyone may read and any machine may build. */
const TABOOS: readonly Taboo[] = [
  { what: 'a path of one machine', pattern: /(?<![\w.}/-])\/(?:work|home|root|Users|tmp)\/[\w.-]+/ },
  { what: 'an address in the lock file', pattern: /"resolved": "(?:https?|git)/, only: /(^|\/)package-lock\.json$/ },
  { what: 'a package registry', pattern: /\bregistry\.[a-z0-9-]+\.[a-z]{2,}\b/ },
  { what: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/ },
  { what: 'an access token', pattern: /\b(?:gh[opsu]_\w{36}|npm_\w{36}|AKIA[0-9A-Z]{16}|xox[abp]-[\w-]{20,}|sk-[\w-]{32,})\b/ },
  {
    what: 'what looks like a secret',
    pattern: /(?:secret|passwo?r?d|token|api_?key)\w*['"]?\s*[:=]\s*['"](?=[^'"]*\d)[\w+/=-]{24,}['"]/i,
  },
  {
    what: 'a suppressed finding (mend the cause)',
    pattern: /@ts-(?:ignore|expect-error|nocheck)|(?:ox|es)lint-disable|oxfmt-ignore|prettier-ignore/,
    only: /\.(?:ts|tsx|cjs|mjs|js)$/,
  },
];
/** This file names what it looks for, its trial plants it. */
const NAMES_THEM = /^scripts\/check\/(?:hygiene|planted-faults)\.ts$/;
const BINARY = /\.(?:png|jpg|ico|woff2?|gz|zip)$/;

/** Lines that hold what no line of the repository may hold. */
export async function hygiene(root: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const path of await sourceFiles(root)) {
    if (NAMES_THEM.test(path) || BINARY.test(path)) continue;
    const taboos = TABOOS.filter(({ only }) => only === undefined || only.test(path));
    (await readFile(join(root, path), 'utf8')).split('\n').forEach((line, index) => {
      for (const { what, pattern } of taboos) if (pattern.test(line)) findings.push(`${path}:${index + 1}: ${what}`);
    });
  }
  return findings;
}
