import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { makeRandom } from '@elira/testkit';

/** One new text of one file. */
export type Edit = { readonly file: string; readonly content: string; readonly author: string };
/** The edits that were made together, by the name of their commit, oldest commit first. */
export type History = readonly { readonly commit: string; readonly edits: readonly Edit[] }[];

/** 602 real edits of a real course, where the data folder lies beside the checkout. */
export const REAL_HISTORY = fileURLToPath(
  new URL('../../../shared/data/iot-for-beginners/lesson-history.jsonl', import.meta.url),
);

type Line = Edit & { readonly commit: string };

export async function readHistory(path: string): Promise<History> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  return byCommit(lines.map((line) => JSON.parse(line) as Line));
}

const EDITS = 60;
const FILES = 12;
/** What has broken a stream, a parser or a shell before. */
const PIECES = [
  'plain words ',
  'Größe 漢字 ',
  '😀👩‍👩‍👧 ',
  'a\r\nb\rc\n\n',
  'data: x\n\nid: 7\n',
  '\u2028\u2029',
  '"\\\'`$$',
  '{"__proto__": 1}',
  '\u0001\u001f\u007f',
  '<script>',
  '%00%zz',
  '\t ',
];

/** Sixty edits made up from `seed`, in commits of one to five. */
export function makeHistory(seed: number): History {
  const random = makeRandom(seed);
  const lines: Line[] = [];
  for (let commit = 1; lines.length < EDITS; commit += 1) {
    const files = new Set(Array.from({ length: 1 + random.below(5) }, () => `lesson ${random.below(FILES)}`));
    for (const file of [...files].slice(0, EDITS - lines.length)) {
      const content = Array.from({ length: random.below(200) }, () => random.pick(PIECES)).join('');
      lines.push({ commit: String(commit), file, content, author: `author-${random.below(5)}` });
    }
  }
  return byCommit(lines);
}

function byCommit(lines: readonly Line[]): History {
  const commits = new Map<string, Edit[]>();
  for (const { commit, file, content, author } of lines)
    commits.set(commit, [...(commits.get(commit) ?? []), { file, content, author }]);
  return [...commits].map(([commit, edits]) => ({ commit, edits }));
}

/** Each file's text after the last commit. */
export function lastTexts(history: History): Map<string, string> {
  return new Map(history.flatMap(({ edits }) => edits.map(({ file, content }) => [file, content] as const)));
}
