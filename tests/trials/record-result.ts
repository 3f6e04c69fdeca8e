import { readFileSync, writeFileSync } from 'node:fs';

const DOCUMENT = new URL('../../docs/trials.md', import.meta.url);
const MARK = '<!-- results -->';
/** Lines kept; older ones are in the repository's history. */
const LINES = 40;

/** Adds a line on top of the table of results. Pure. */
export function withResult(document: string, line: string): string {
  const at = document.indexOf(MARK);
  if (at < 0) throw new Error('docs/trials.md has lost its mark for results');
  const [before, after] = [document.slice(0, at), document.slice(at + MARK.length)];
  const head = before.lastIndexOf('|---|---|---|\n') + '|---|---|---|\n'.length;
  const lines = before
    .slice(head)
    .split('\n')
    .filter((old) => old !== '');
  return `${before.slice(0, head)}${[line, ...lines].slice(0, LINES).join('\n')}\n${MARK}${after}`;
}

export function recordResult(result: { readonly commit: string; readonly command: string; readonly outcome: string }): void {
  const line = `| ${result.commit} | \`${result.command}\` | ${result.outcome} |`;
  writeFileSync(DOCUMENT, withResult(readFileSync(DOCUMENT, 'utf8'), line));
}
