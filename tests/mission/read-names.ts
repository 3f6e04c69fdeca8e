import { readFileSync } from 'node:fs';

/** One line of `docs/mission.md`: a name that the mission uses, what it is in Elira, where it is, and what holds it. */
export type NamedThing = {
  readonly kind: string;
  /** As the mission writes it. */
  readonly asked: string;
  /** What the mission says of it besides: type and default of a column, payload of a channel. */
  readonly askedMore: string;
  readonly name: string;
  /** Paths from the root of the repository. */
  readonly files: readonly string[];
  readonly tests: readonly { readonly file: string; readonly title: string }[];
  /** Path of the decision that says why it is otherwise. */
  readonly decision: string | undefined;
  readonly open: boolean;
};

export const ROOT = new URL('../../', import.meta.url);
const DOCUMENT = 'docs/mission.md';
const COLUMNS = 6;

/** Reads the tables of the document. Throws on a line that cannot be read: it would be checked by nobody. */
export function readNames(text: string = readFileSync(new URL(DOCUMENT, ROOT), 'utf8')): NamedThing[] {
  const lines = text.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| Kind'));
  return lines.map((line) => {
    const cells = line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('\\|', '|'));
    if (cells.length !== COLUMNS) throw new Error(`${DOCUMENT}: ${cells.length} cells instead of ${COLUMNS}: ${line}`);
    const [kind = '', mission = '', elira = '', file = '', test = '', otherwise = ''] = cells;
    const [asked = '', askedMore = ''] = quoted(mission);
    const [name = asked] = quoted(elira);
    if (asked === '') throw new Error(`${DOCUMENT}: no name: ${line}`);
    return {
      kind,
      asked,
      askedMore,
      name,
      files: links(file).map(({ path }) => path),
      tests: links(test).map(({ path, label }) => ({ file: path, title: label })),
      decision: links(otherwise)[0]?.path,
      open: /\bopen\b/.test(otherwise),
    };
  });
}

function quoted(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
}

/** Links of a cell, their paths from the root instead of from `docs/`. */
function links(cell: string): { label: string; path: string }[] {
  return [...cell.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)].map(([, label = '', target = '']) => ({
    label,
    path: new URL(target, new URL(DOCUMENT, 'file:///')).pathname.slice(1),
  }));
}
