import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Finding } from './finding.ts';
import { sourceFiles } from './source-files.ts';

const LINK = /!?\[[^\]]*\]\(\s*<?([^)>\s]+)>?(?:\s+"[^"]*")?\s*\)/g;
const ELSEWHERE = /^([a-z][a-z0-9+.-]*:|\/\/)/i;

/** Links in Markdown that lead to a file, or to a heading of one, that is not there. */
export async function docLinks(root: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const path of (await sourceFiles(root)).filter((file) => file.endsWith('.md'))) {
    const text = withoutCode(await readFile(join(root, path), 'utf8'));
    for (const match of text.matchAll(LINK)) {
      const target = match[1] ?? '';
      if (ELSEWHERE.test(target)) continue;
      const problem = await problemWith(root, path, target);
      const line = text.slice(0, match.index).split('\n').length;
      if (problem !== undefined) findings.push(`${path}:${line}: ${target}: ${problem}`);
    }
  }
  return findings;
}

async function problemWith(root: string, from: string, target: string): Promise<string | undefined> {
  const [file = '', heading] = target.split('#');
  const path = file === '' ? join(root, from) : join(root, dirname(from), decodeURIComponent(file));
  if (relative(root, path).startsWith('..')) return 'leads out of the repository';
  if (!existsSync(path)) return 'no such file';
  if (heading === undefined || !path.endsWith('.md')) return undefined;
  return headings(await readFile(path, 'utf8')).has(heading.toLowerCase()) ? undefined : 'no such heading';
}

/** The anchors that a Markdown page offers, as code hosts make them from its headings. */
function headings(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const match of text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const anchor = (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    let unique = anchor;
    for (let n = 1; anchors.has(unique); n += 1) unique = `${anchor}-${n}`;
    anchors.add(unique);
  }
  return anchors;
}

/** The same text with code blanked out, lines and offsets kept. */
function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```|`[^`\n]*`/gm, (code) => code.replace(/[^\n]/g, ' '));
}
